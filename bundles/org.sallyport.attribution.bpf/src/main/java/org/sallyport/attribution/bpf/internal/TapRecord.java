// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.ProcessId;

/**
 * What the tap told of one packet. Pooled and used again: it belongs to one table, or to one
 * thread.
 */
final class TapRecord {

  final Fingerprint fingerprint = new Fingerprint();
  private final byte[] who = new byte[Layout.WHO_LENGTH];
  private final ByteBuffer whoView = ByteBuffer.wrap(who).order(ByteOrder.nativeOrder());
  private long cookie;
  private long timeNs;
  private int runningProcess;
  private int runningExecutions;
  private long runningStart;
  private int runningUser;
  private int runningGroup;
  private int socketPort;
  private boolean known;
  private boolean agreeing;
  private boolean handedOn;
  private long ownerUser;
  private long ownerGroup;

  // of the table it is in
  TapRecord nextInBucket;
  TapRecord older;
  TapRecord newer;

  /** Whether every earlier packet of the same look was sent before this one, as far as known. */
  boolean ordered;

  /** Until when a packet that looks like this may be another's, {@link System#nanoTime}. */
  long ambiguousUntilNs;

  /** Reads a record of the ring; false if it is none that can be paired. */
  boolean read(ByteBuffer memory, int at) {
    cookie = memory.getLong(at + Layout.PACKET_COOKIE);
    timeNs = memory.getLong(at + Layout.PACKET_TIME);
    runningProcess = memory.getInt(at + Layout.PACKET_PROCESS);
    runningExecutions = memory.getInt(at + Layout.PACKET_EXECUTIONS);
    runningStart = memory.getLong(at + Layout.PACKET_RUNNING_START);
    runningUser = memory.getInt(at + Layout.PACKET_RUNNING_USER);
    runningGroup = memory.getInt(at + Layout.PACKET_RUNNING_GROUP);
    socketPort = memory.getInt(at + Layout.PACKET_PORT);
    known = memory.getInt(at + Layout.PACKET_KNOWN) == 1;
    memory.get(at + Layout.PACKET_WHO, who);
    agreeing = false;
    handedOn = false;
    ordered = true;
    int length = memory.getInt(at + Layout.PACKET_LENGTH);
    return fingerprint.take(memory, at + Layout.PACKET_START, length);
  }

  /** Stands for a packet of which nothing is known but how it looks. */
  void blank(Fingerprint seen, long nowNs) {
    fingerprint.take(seen);
    Arrays.fill(who, (byte) 0);
    cookie = 0;
    timeNs = nowNs;
    runningProcess = 0;
    runningExecutions = 0;
    runningStart = 0;
    runningUser = 0;
    runningGroup = 0;
    known = false;
    agreeing = false;
    handedOn = false;
    ordered = false;
  }

  void copy(TapRecord from) {
    fingerprint.take(from.fingerprint);
    System.arraycopy(from.who, 0, who, 0, who.length);
    cookie = from.cookie;
    timeNs = from.timeNs;
    runningProcess = from.runningProcess;
    runningExecutions = from.runningExecutions;
    runningStart = from.runningStart;
    runningUser = from.runningUser;
    runningGroup = from.runningGroup;
    socketPort = from.socketPort;
    known = from.known;
    agreeing = from.agreeing;
    handedOn = from.handedOn;
    ownerUser = from.ownerUser;
    ownerGroup = from.ownerGroup;
  }

  /**
   * Holds the record against the packet it was paired with. It names the sender only if everything
   * agrees: a program sent it on its way out; the socket speaks the packet's protocol, from the
   * packet's port, so it is no outer packet of a tunnel; and a datagram's socket was last used by
   * the very process that runs now. Who opens a TCP connection was noted as it did.
   */
  void settle(PacketView packet) {
    ownerUser = packet.ownerUserId();
    ownerGroup = packet.ownerGroupId();
    boolean ofProgram =
        known
            && packet.hasOwner()
            && packet.direction() == Direction.OUT
            && whoView.getInt(Layout.WHO_PROTOCOL) == fingerprint.protocol()
            && whoView.getInt(Layout.WHO_PROCESS) > 0
            && whoView.getLong(Layout.WHO_FILE) != 0
            && isFromPortOfSocket();
    boolean ofUser = fingerprint.isTcp() || isRunning();
    agreeing = ofProgram && ofUser;
    handedOn = ofProgram && !ofUser && runningProcess > 0;
  }

  private boolean isRunning() {
    return runningProcess == whoView.getInt(Layout.WHO_PROCESS)
        && runningExecutions == whoView.getInt(Layout.WHO_EXECUTIONS)
        && runningStart == whoView.getLong(Layout.WHO_START)
        && runningUser == whoView.getInt(Layout.WHO_USER);
  }

  private boolean isFromPortOfSocket() {
    boolean ports = fingerprint.isTcp() || fingerprint.isUdp();
    return !ports || fingerprint.sourcePort() == socketPort;
  }

  /** Whether it names the sender. */
  boolean isAgreeing() {
    return agreeing;
  }

  /** Whether another process sent it than the one that last connected its socket or sent by it. */
  boolean isHandedOn() {
    return handedOn;
  }

  /** As {@link #isHandedOn}, as far as a record tells whose packet was not seen. */
  boolean mayBeHandedOn() {
    return known && !fingerprint.isTcp() && !isRunning();
  }

  /** Who ran as the packet passed. */
  ProcessId running() {
    return new ProcessId(runningProcess, Sender.ticks(runningStart));
  }

  boolean isSameSender(TapRecord other) {
    return cookie == other.cookie
        && known == other.known
        && runningProcess == other.runningProcess
        && runningExecutions == other.runningExecutions
        && runningStart == other.runningStart
        && runningUser == other.runningUser
        && runningGroup == other.runningGroup
        && Arrays.equals(who, other.who);
  }

  /**
   * A number of the socket and of who sends by it, never that of a bare cookie: it is another one
   * once the process executed something, or became another user.
   */
  long socket() {
    return socketOf(
        whoView.getInt(Layout.WHO_PROCESS),
        whoView.getInt(Layout.WHO_EXECUTIONS),
        whoView.getLong(Layout.WHO_START),
        whoView.getInt(Layout.WHO_USER));
  }

  /** The same of a socket that was handed on, and of who sent by it this time. */
  long socketAsHandedOn() {
    return socketOf(runningProcess, runningExecutions, runningStart, runningUser);
  }

  private long socketOf(int process, int executions, long start, int user) {
    long life = (long) executions << 32 | Integer.toUnsignedLong(process);
    long sender = (life ^ start) * 31 + Integer.toUnsignedLong(user);
    long mixed = (cookie * 0x9e3779b97f4a7c15L ^ sender) * 0xff51afd7ed558ccdL;
    return (mixed ^ (mixed >>> 32)) | Long.MIN_VALUE;
  }

  long cookie() {
    return cookie;
  }

  /** When the packet passed, {@link System#nanoTime}. */
  long timeNs() {
    return timeNs;
  }

  long ownerUser() {
    return ownerUser;
  }

  long ownerGroup() {
    return ownerGroup;
  }

  /** The sender's real gid: now, or as noted where somebody else sends in its name. */
  int senderGroup() {
    return isRunning() ? runningGroup : whoView.getInt(Layout.WHO_GROUP);
  }

  /** Who sends by its socket, see {@link Layout}. */
  ByteBuffer who() {
    return whoView;
  }

  /** A socket's name bytes. */
  byte[] name() {
    return Arrays.copyOfRange(who, Layout.WHO_NAME, Layout.WHO_NAME + Layout.WHO_NAME_BYTES);
  }
}
