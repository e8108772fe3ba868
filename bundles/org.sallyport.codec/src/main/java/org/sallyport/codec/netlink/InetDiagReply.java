// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * A flyweight over the description of one socket: {@code struct inet_diag_msg} of {@code
 * linux/inet_diag.h}. Offsets from the message's payload:
 *
 * <pre>
 *   +---------------+---------------+---------------+---------------+
 *  0|  family       |  state        |  timer        |  retransmits  |
 *   +-------------------------------+-------------------------------+
 *  4|  source port                  |  destination port             |  network order
 *   +-------------------------------+-------------------------------+
 *  8|  source address, 16 bytes                                     |
 * 24|  destination address, 16 bytes                                |
 * 40|  interface index                                              |  host order
 * 44|  cookie: lower 32 bits, upper 32 bits                         |  host order
 * 52|  expires        56 rqueue                                     |  host order
 * 60|  wqueue                                                       |  host order
 * 64|  uid                                                          |
 * 68|  inode, 0 if no program holds the socket                      |
 *   +---------------------------------------------------------------+
 * 72|  attributes, among them INET_DIAG_CGROUP_ID (21), 64 bits      |  host order
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Not thread-safe; the buffer is borrowed until the next {@link #wrap}.
 */
public final class InetDiagReply {

  /** Length of the fixed part in bytes. */
  public static final int LENGTH = 72;

  private static final int CGROUP_ID = 21;

  private final NetlinkAttributes attributes = new NetlinkAttributes();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int start;
  private long cgroupId;

  /**
   * Reads the message a cursor stands on.
   *
   * @param messages the cursor, on a message of type {@link InetDiagRequest#TYPE}
   * @return {@link NetlinkFault#NONE} if everything may be asked
   */
  public NetlinkFault wrap(NetlinkMessages messages) {
    if (messages.payloadLength() < LENGTH) {
      return NetlinkFault.SHORT_HEADER;
    }
    buffer = messages.buffer();
    start = messages.payloadOffset();
    cgroupId = 0;
    attributes.wrap(buffer, start + LENGTH, messages.payloadLength() - LENGTH);
    while (attributes.next()) {
      if (attributes.type() == CGROUP_ID && attributes.valueLength() == Long.BYTES) {
        cgroupId = Bytes.i64Host(buffer, attributes.valueOffset());
      }
    }
    return NetlinkFault.NONE; // a socket whose attributes are garbled is a socket all the same
  }

  /**
   * The socket's state as TCP numbers them ({@code net/tcp_states.h}).
   *
   * @return 1 established, 3 half open, 6 TIME_WAIT, 7 closed or unconnected UDP, 10 listening
   */
  public int state() {
    return Bytes.u8(buffer, start + 1);
  }

  /**
   * The socket's port on this host.
   *
   * @return 0 to 65535
   */
  public int localPort() {
    return Bytes.u16Net(buffer, start + 4);
  }

  /**
   * The peer's port.
   *
   * @return 0 to 65535, 0 if not connected
   */
  public int remotePort() {
    return Bytes.u16Net(buffer, start + 6);
  }

  /**
   * The interface the socket is bound to.
   *
   * @return its index, 0 if none
   */
  public int interfaceIndex() {
    return Bytes.i32Host(buffer, start + 40);
  }

  /**
   * The number the kernel gives each socket once, as {@code SO_COOKIE} tells it.
   *
   * @return the cookie
   */
  public long cookie() {
    return Integer.toUnsignedLong(Bytes.i32Host(buffer, start + 44))
        | (long) Bytes.i32Host(buffer, start + 48) << 32;
  }

  /**
   * The uid that owns the socket file.
   *
   * @return an unsigned 32-bit uid; 0 also for a socket nobody holds
   */
  public long userId() {
    return Integer.toUnsignedLong(Bytes.i32Host(buffer, start + 64));
  }

  /**
   * The inode of the socket file, as in {@code /proc/PID/fd}.
   *
   * @return an unsigned 32-bit inode number, 0 if no program holds the socket
   */
  public long inode() {
    return Integer.toUnsignedLong(Bytes.i32Host(buffer, start + 68));
  }

  /**
   * What the socket sent and the kernel still holds. Of a datagram socket: the memory of its
   * packets that are on their way, so never less than such a packet is long.
   *
   * @return an unsigned 32-bit count of bytes
   */
  public long sendQueue() {
    return Integer.toUnsignedLong(Bytes.i32Host(buffer, start + 60));
  }

  /**
   * The cgroup in which the socket was made.
   *
   * @return the cgroup's id, 0 if the kernel does not tell
   */
  public long cgroupId() {
    return cgroupId;
  }
}
