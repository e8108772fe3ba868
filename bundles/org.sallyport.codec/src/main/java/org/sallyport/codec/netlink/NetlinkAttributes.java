// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * A cursor over the attributes of a netlink message. Host byte order, {@code struct nlattr} of
 * {@code linux/netlink.h}:
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-+-+---------------------------+
 *  0|  length, with this header     |N|B|          type             |
 *   +-------------------------------+-+-+---------------------------+
 *  4|                   value, padded to 4 bytes ...
 * </pre>
 *
 * <p>N (nested) and B (byte order) are masked out of the type. Not thread-safe; the buffer is
 * borrowed until the next {@link #wrap}.
 */
public final class NetlinkAttributes {

  private static final int TYPE_MASK = 0x3fff;

  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int next;
  private int end;
  private int type;
  private int valueOffset;
  private int valueLength;
  private NetlinkFault fault = NetlinkFault.NONE;

  /**
   * Starts over; {@link #next} then leads to the first attribute.
   *
   * @param message holds the attributes
   * @param offset where the first one starts
   * @param byteCount how many bytes they take
   * @return this
   */
  public NetlinkAttributes wrap(ByteBuffer message, int offset, int byteCount) {
    buffer = message;
    boolean inside = Bytes.fits(message, offset, byteCount);
    next = inside ? offset : 0;
    end = inside ? offset + byteCount : 0;
    fault = inside ? NetlinkFault.NONE : NetlinkFault.TRUNCATED;
    return this;
  }

  /**
   * Goes to the next attribute.
   *
   * @return false at the end or at a malformed attribute: {@link #fault()} tells which
   */
  public boolean next() {
    int left = end - next;
    if (fault != NetlinkFault.NONE || left == 0) {
      return false;
    }
    if (left < Netlink.ATTRIBUTE_HEADER_LENGTH) {
      return stop(NetlinkFault.SHORT_HEADER);
    }
    int stated = Bytes.u16Host(buffer, next);
    if (stated < Netlink.ATTRIBUTE_HEADER_LENGTH) {
      return stop(NetlinkFault.BAD_LENGTH);
    }
    if (stated > left) {
      return stop(NetlinkFault.TRUNCATED);
    }
    type = Bytes.u16Host(buffer, next + 2) & TYPE_MASK;
    valueOffset = next + Netlink.ATTRIBUTE_HEADER_LENGTH;
    valueLength = stated - Netlink.ATTRIBUTE_HEADER_LENGTH;
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
   * The attribute's type without flag bits.
   *
   * @return 0 to 16383
   */
  public int type() {
    return type;
  }

  /**
   * Where the value starts in the buffer.
   *
   * @return an absolute index
   */
  public int valueOffset() {
    return valueOffset;
  }

  /**
   * The value's length without padding.
   *
   * @return 0 to 65531 bytes
   */
  public int valueLength() {
    return valueLength;
  }
}
