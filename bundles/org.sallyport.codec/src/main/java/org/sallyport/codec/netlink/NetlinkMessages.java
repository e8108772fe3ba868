// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * A cursor over the netlink messages of one received datagram. Host byte order, {@code struct
 * nlmsghdr} of {@code linux/netlink.h}:
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *  0|                  length, with this header                     |
 *   +-------------------------------+-------------------------------+
 *  4|             type              |             flags             |
 *   +-------------------------------+-------------------------------+
 *  8|                        sequence number                        |
 *   +---------------------------------------------------------------+
 * 12|                            port id                            |
 *   +---------------------------------------------------------------+
 * 16|                  payload, padded to 4 bytes ...
 * </pre>
 *
 * <p>Not thread-safe. The buffer is borrowed until the next {@link #wrap}; its position, limit and
 * order are neither used nor changed, except that nothing behind the limit is read.
 */
public final class NetlinkMessages {

  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int next;
  private int end;
  private int start;
  private int length;
  private NetlinkFault fault = NetlinkFault.NONE;

  /**
   * Starts over on a datagram; {@link #next} then leads to its first message.
   *
   * @param datagram holds the datagram
   * @param offset its first byte
   * @param byteCount its length in bytes
   * @return this
   */
  public NetlinkMessages wrap(ByteBuffer datagram, int offset, int byteCount) {
    buffer = datagram;
    boolean inside = Bytes.fits(datagram, offset, byteCount);
    next = inside ? offset : 0;
    end = inside ? offset + byteCount : 0;
    start = next;
    length = 0;
    fault = inside ? NetlinkFault.NONE : NetlinkFault.TRUNCATED;
    return this;
  }

  /**
   * Goes to the next message.
   *
   * @return false at the end or at a malformed message: {@link #fault()} tells which
   */
  public boolean next() {
    int left = end - next;
    if (fault != NetlinkFault.NONE || left == 0) {
      return false;
    }
    if (left < Netlink.HEADER_LENGTH) {
      return stop(NetlinkFault.SHORT_HEADER);
    }
    int stated = Bytes.i32Host(buffer, next);
    if (stated < Netlink.HEADER_LENGTH) {
      return stop(NetlinkFault.BAD_LENGTH);
    }
    if (stated > left) {
      return stop(NetlinkFault.TRUNCATED);
    }
    start = next;
    length = stated;
    next += Math.min(left, Netlink.align(stated));
    return true;
  }

  private boolean stop(NetlinkFault reason) {
    fault = reason;
    return false;
  }

  /**
   * Why {@link #next} returned false.
   *
   * @return {@link NetlinkFault#NONE} at a clean end
   */
  public NetlinkFault fault() {
    return fault;
  }

  /**
   * The datagram's buffer.
   *
   * @return the buffer given to {@link #wrap}
   */
  public ByteBuffer buffer() {
    return buffer;
  }

  /**
   * The message type.
   *
   * @return 0 to 65535
   */
  public int type() {
    return Bytes.u16Host(buffer, start + 4);
  }

  /**
   * The NLM_F flags.
   *
   * @return 0 to 65535
   */
  public int flags() {
    return Bytes.u16Host(buffer, start + 6);
  }

  /**
   * The sequence number: the request's in an answer, 0 in what the kernel sends by itself.
   *
   * @return 32 bits
   */
  public int sequence() {
    return Bytes.i32Host(buffer, start + 8);
  }

  /**
   * Where the payload starts in the buffer.
   *
   * @return an absolute index
   */
  public int payloadOffset() {
    return start + Netlink.HEADER_LENGTH;
  }

  /**
   * The payload's length without padding.
   *
   * @return bytes
   */
  public int payloadLength() {
    return Math.max(0, length - Netlink.HEADER_LENGTH);
  }

  /**
   * Whether this message reports an error or acknowledges a request; it may come between packets at
   * any time.
   *
   * @return true for NLMSG_ERROR with a number in it
   */
  public boolean isError() {
    return type() == Netlink.TYPE_ERROR && payloadLength() >= Integer.BYTES;
  }

  /**
   * The error number; ask only if {@link #isError}.
   *
   * @return a positive errno, or 0 for an acknowledgement
   */
  public int errorNumber() {
    return -Bytes.i32Host(buffer, payloadOffset());
  }
}
