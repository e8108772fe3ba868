// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

/**
 * What programs and this process tell each other, in the host's byte order.
 *
 * <pre>
 *  who, by a socket's cookie (map sp_sockets)      a packet (ring sp_packets)
 *   0 process (tgid)     4 executions (exec id)     0 kind = 1           4 length
 *   8 real uid          12 real gid                 8 cookie of its socket
 *  16 cgroup of creation                           16 time, monotonic ns
 *  24 start of the process, ns since boot          24 process that runs 28 its executions
 *  32 inode it runs                                32 port of its socket
 *  40 device            44 generation              36 whether who is known
 *  48 the opened file, a kernel address            40 the packet's first 96 bytes
 *  56 when this was written, ns since boot        136 who, 96 bytes
 *  64 start of the parent, ns since boot          232 start of the process that runs, ns since boot
 *  72 parent (tgid)     76 protocol               240 its real uid      244 its real gid
 *  80 name, 16 bytes
 *  96 whether a packet of it was told              a closed socket (ring sp_packets)
 * 104 the uid whose share it counts in              0 kind = 2           4 0            8 cookie
 *
 *  an execution (ring sp_execs)
 *   0 the opened file, a kernel address             8 when, ns since boot
 *  16 inode                                        24 size, bytes
 *  32 change time, s                               40 change time, ns   44 device
 *  48 generation        52 process (tgid)          56 mount namespace   60 length of what follows
 *  64 bit 0: whole, bit 1: without a name          68 length of the name asked for
 *  72 names from the file up to the root, each with a closing 0; behind them, where the file is
 *     executed for another one (an interpreter for a script), the name that was asked for, with a
 *     closing 0. Its length is 0 where this file was asked for, -1 where that could not be told
 *
 *  a proof (map sp_proofs): until when it holds, monotonic ns, by
 *   0 cookie of the socket       8 epoch              16 start of the process, ns since boot
 *  24 process (tgid)    28 its executions             32 its real uid
 *  36 source and destination port, as in the packet   40 source address   56 destination address
 *  72 4 or 6, the version of IP                       76 nothing
 * </pre>
 */
final class Layout {

  static final int WHO_PROCESS = 0;
  static final int WHO_EXECUTIONS = 4;
  static final int WHO_USER = 8;
  static final int WHO_GROUP = 12;
  static final int WHO_CGROUP = 16;
  static final int WHO_START = 24;
  static final int WHO_INODE = 32;
  static final int WHO_DEVICE = 40;
  static final int WHO_GENERATION = 44;
  static final int WHO_FILE = 48;
  static final int WHO_WRITTEN = 56;
  static final int WHO_PARENT_START = 64;
  static final int WHO_PARENT = 72;
  static final int WHO_PROTOCOL = 76;
  static final int WHO_NAME = 80;
  static final int WHO_NAME_BYTES = 16;
  static final int WHO_LENGTH = 96;
  static final int WHO_TOLD = 96;
  static final int WHO_ACCOUNT = 104;
  static final int WHO_VALUE_LENGTH = 112;

  static final int KIND_PACKET = 1;
  static final int KIND_CLOSED = 2;
  static final int PACKET_LENGTH = 4;
  static final int PACKET_COOKIE = 8;
  static final int PACKET_TIME = 16;
  static final int PACKET_PROCESS = 24;
  static final int PACKET_EXECUTIONS = 28;
  static final int PACKET_PORT = 32;
  static final int PACKET_KNOWN = 36;
  static final int PACKET_START = 40;
  static final int PACKET_START_BYTES = 96;
  static final int PACKET_WHO = PACKET_START + PACKET_START_BYTES;
  static final int PACKET_RUNNING_START = PACKET_WHO + WHO_LENGTH;
  static final int PACKET_RUNNING_USER = PACKET_RUNNING_START + Long.BYTES;
  static final int PACKET_RUNNING_GROUP = PACKET_RUNNING_USER + Integer.BYTES;
  static final int PACKET_BYTES = PACKET_RUNNING_USER + Long.BYTES;
  static final int CLOSED_BYTES = 16;

  static final int EXEC_FILE = 0;
  static final int EXEC_TIME = 8;
  static final int EXEC_INODE = 16;
  static final int EXEC_SIZE = 24;
  static final int EXEC_CHANGED_SECONDS = 32;
  static final int EXEC_CHANGED_NS = 40;
  static final int EXEC_DEVICE = 44;
  static final int EXEC_GENERATION = 48;
  static final int EXEC_PROCESS = 52;
  static final int EXEC_NAMESPACE = 56;
  static final int EXEC_NAMES_LENGTH = 60;
  static final int EXEC_FLAGS = 64;
  static final int EXEC_WHOLE = 1;
  static final int EXEC_NAMELESS = 2;
  static final int EXEC_SCRIPT_LENGTH = 68;
  static final int EXEC_SCRIPT_UNTOLD = -1;
  static final int EXEC_NAMES = 72;

  /** A power of two; the longest name fits behind it. */
  static final int EXEC_NAMES_MAX = 4096;

  static final int NAME_MAX = 256;

  /** With its closing 0; a longer one is not told. */
  static final int SCRIPT_MAX = 1024;

  static final int EXEC_SCRATCH = EXEC_NAMES + EXEC_NAMES_MAX + SCRIPT_MAX;

  static final int PROOF_COOKIE = 0;
  static final int PROOF_EPOCH = 8;
  static final int PROOF_START = 16;
  static final int PROOF_PROCESS = 24;
  static final int PROOF_EXECUTIONS = 28;
  static final int PROOF_USER = 32;
  static final int PROOF_PORTS = 36;
  static final int PROOF_SOURCE = 40;
  static final int PROOF_TARGET = 56;
  static final int PROOF_VERSION = 72;
  static final int PROOF_BYTES = 80;

  // numbers of the map sp_losses
  static final int LOST_PACKETS = 0;
  static final int LOST_CLOSED = 1;
  static final int LOST_SOCKETS = 2;
  static final int LOST_EXECS = 3;
  static final int LOSSES = 4;

  private Layout() {}
}
