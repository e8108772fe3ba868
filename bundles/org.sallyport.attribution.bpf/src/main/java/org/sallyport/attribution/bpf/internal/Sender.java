// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.sallyport.api.subject.ProcessId;

/**
 * Who sent a packet, as the kernel noted it.
 *
 * @param process the process
 * @param parent its parent
 * @param ownerUser the uid of who opened the socket
 * @param ownerGroup its gid
 * @param userId the process's real uid
 * @param groupId its real gid
 * @param cgroup the id of the cgroup in which the socket was made, if that was seen
 * @param name the process's name
 */
record Sender(
    ProcessId process,
    ProcessId parent,
    long ownerUser,
    long ownerGroup,
    long userId,
    long groupId,
    OptionalLong cgroup,
    String name) {

  /** Clock ticks of {@code /proc/PID/stat} are hundredths of a second on every architecture. */
  private static final long NS_PER_TICK = 10_000_000L;

  static Sender of(TapRecord record) {
    ByteBuffer who = record.who();
    long cgroup = who.getLong(Layout.WHO_CGROUP);
    return new Sender(
        process(who),
        process(who, Layout.WHO_PARENT, Layout.WHO_PARENT_START),
        record.ownerUser(),
        record.ownerGroup(),
        Integer.toUnsignedLong(who.getInt(Layout.WHO_USER)),
        Integer.toUnsignedLong(record.senderGroup()),
        cgroup == 0 ? OptionalLong.empty() : OptionalLong.of(cgroup),
        text(record.name()));
  }

  /** Who somebody is by the kernel's note. */
  static ProcessId process(ByteBuffer who) {
    return process(who, Layout.WHO_PROCESS, Layout.WHO_START);
  }

  /** The first process has no parent: it counts as its own. */
  private static ProcessId process(ByteBuffer who, int pidAt, int startAt) {
    return new ProcessId(Math.max(1, who.getInt(pidAt)), ticks(who.getLong(startAt)));
  }

  /** A process's start in the clock ticks of {@code /proc/PID/stat}. */
  static long ticks(long startNs) {
    return startNs / NS_PER_TICK;
  }

  private static String text(byte[] name) {
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }
}
