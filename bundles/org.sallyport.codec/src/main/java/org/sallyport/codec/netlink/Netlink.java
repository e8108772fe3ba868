// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/** Constants of {@code linux/netlink.h} and the writers the encoders of this package share. */
public final class Netlink {

  /** Length of {@code struct nlmsghdr} in bytes. */
  public static final int HEADER_LENGTH = 16;

  /** Length of {@code struct nlattr} in bytes. */
  public static final int ATTRIBUTE_HEADER_LENGTH = 4;

  /** NLMSG_NOOP: skip it. */
  public static final int TYPE_NOOP = 1;

  /** NLMSG_ERROR: an error, or an acknowledgement if its number is 0. */
  public static final int TYPE_ERROR = 2;

  /** NLMSG_DONE: the end of a dump. */
  public static final int TYPE_DONE = 3;

  /** NLM_F_REQUEST. */
  public static final int FLAG_REQUEST = 1;

  /** NLM_F_ACK: answer also when nothing went wrong. */
  public static final int FLAG_ACK = 4;

  /** NLM_F_DUMP: all that fits. */
  public static final int FLAG_DUMP = 0x300;

  private Netlink() {}

  /** Rounds a length up to the four bytes that messages and attributes are aligned to. */
  static int align(int length) {
    return (length + 3) & ~3;
  }

  /** Writes a message header; the port id is left 0, the kernel knows who sends. */
  static void putHeader(ByteBuffer buffer, int offset, int length, int typeAndFlags, int sequence) {
    Bytes.putI32Host(buffer, offset, length);
    Bytes.putU16Host(buffer, offset + 4, typeAndFlags >>> 16);
    Bytes.putU16Host(buffer, offset + 6, typeAndFlags);
    Bytes.putI32Host(buffer, offset + 8, sequence);
    Bytes.putI32Host(buffer, offset + 12, 0);
  }

  /** Writes an attribute header for a payload of the given length. */
  static void putAttribute(ByteBuffer buffer, int offset, int type, int valueLength) {
    Bytes.putU16Host(buffer, offset, ATTRIBUTE_HEADER_LENGTH + valueLength);
    Bytes.putU16Host(buffer, offset + 2, type);
  }
}
