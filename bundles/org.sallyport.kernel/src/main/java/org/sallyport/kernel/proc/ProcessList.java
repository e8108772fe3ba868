// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.sallyport.kernel.internal.SystemFiles;

/** Which processes there are, and how ids are given out (proc(5)). Thread-safe. */
final class ProcessList {

  private static final int SMALL_FILE = 256;
  private static final int STATUS_LIMIT = 512; // Tgid is among the first lines
  private static final int STAT_LIMIT = 32_768;
  private static final int SMALLEST_ID_RANGE = 300; // RESERVED_PIDS of kernel/pid.c
  private static final int TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

  private final String root;
  private final boolean countsAsWeDo;
  private final int idLimit;

  ProcessList(Path root) {
    this.root = root.toString();
    // the newest id is told for the reader's pid namespace, the folder shows the mount's
    countsAsWeDo = Long.toString(ProcessHandle.current().pid()).equals(link("/self"));
    idLimit = (int) number(text("/sys/kernel/pid_max", SMALL_FILE).strip()).orElse(0);
  }

  private String link(String name) {
    try {
      return new String(SystemFiles.readLink(root + name), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private String text(String name, int limit) {
    try {
      return new String(SystemFiles.read(root + name, limit), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private static OptionalLong number(String text) {
    return !text.isEmpty()
            && text.length() <= 18
            && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /** All ids of processes, highest first: those are mostly the newest. */
  int[] all() {
    return all(root);
  }

  static int[] all(String root) {
    int[] ids = SystemFiles.numbers(root);
    Arrays.sort(ids);
    return IntStream.range(0, ids.length).map(i -> ids[ids.length - 1 - i]).toArray();
  }

  /**
   * The id that was given out last, to a process or a thread ({@code loadavg}). Ids go up by one
   * until they start again from below. Empty where that cannot be told.
   */
  OptionalInt newestId() {
    if (!countsAsWeDo) {
      return OptionalInt.empty();
    }
    String line = text("/loadavg", SMALL_FILE).strip();
    OptionalLong id = number(line.substring(line.lastIndexOf(' ') + 1));
    return id.isPresent() ? OptionalInt.of((int) id.getAsLong()) : OptionalInt.empty();
  }

  /** How many processes and threads were made since the start of the system; empty if not told. */
  OptionalLong forks() {
    String stat = text("/stat", STAT_LIMIT);
    int at = stat.indexOf("\nprocesses ");
    int end = at < 0 ? -1 : stat.indexOf('\n', at + 1);
    return end < 0
        ? OptionalLong.empty()
        : number(stat.substring(at + "\nprocesses ".length(), end).strip());
  }

  /** How many ids there are before they start again; 0 if not known. */
  int idRange() {
    return Math.max(0, idLimit - SMALLEST_ID_RANGE);
  }

  /** Time since boot as processes' start times count it; empty if not told. */
  OptionalLong uptimeTicks() {
    String text = text("/uptime", SMALL_FILE);
    int blank = text.indexOf(' ');
    int point = text.indexOf('.');
    if (point < 0 || blank != point + 3) {
      return OptionalLong.empty();
    }
    OptionalLong seconds = number(text.substring(0, point));
    OptionalLong hundredths = number(text.substring(point + 1, blank));
    return seconds.isPresent() && hundredths.isPresent()
        ? OptionalLong.of(seconds.getAsLong() * TICKS_PER_SECOND + hundredths.getAsLong())
        : OptionalLong.empty();
  }

  /** What an id stands for now. */
  enum Holder {
    /** A process. */
    PROCESS,
    /** A thread of a process, which has its descriptors. */
    THREAD,
    /** Nothing, or nothing yet. */
    NOBODY
  }

  /** What an id stands for: the folder of a thread can be opened too, but is not listed. */
  Holder holderOf(int id) {
    String status = text("/" + id + "/status", STATUS_LIMIT);
    int at = status.indexOf("\nTgid:");
    int end = at < 0 ? -1 : status.indexOf('\n', at + 1);
    if (end < 0) {
      return Holder.NOBODY;
    }
    OptionalLong group = number(status.substring(at + "\nTgid:".length(), end).strip());
    return group.isPresent() && group.getAsLong() == id ? Holder.PROCESS : Holder.THREAD;
  }
}
