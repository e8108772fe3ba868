// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * An entry of a conntrack dump and the request that changes its mark ({@code struct nfgenmsg} and
 * attributes of {@code linux/netfilter/nfnetlink_conntrack.h}; marks in network order):
 *
 * <pre>
 *   +---------------------------------------------------------------+
 *  0|  nlmsghdr: type 0x0100 (CT_NEW) or 0x0101 (CT_GET)            |  host order
 *   +---------------+---------------+-------------------------------+
 * 16|  family       |  version 0    |  0                            |
 *   +---------------+---------------+-------------------------------+
 * 20|  CTA_TUPLE_ORIG (1), CTA_ZONE (18): which entry, as dumped    |
 *   |  CTA_MARK (8), CTA_MARK_MASK (21)                             |
 * </pre>
 *
 * <p>Not thread-safe; the buffers are borrowed.
 */
public final class ConntrackEntry {

  /** IPCTNL_MSG_CT_NEW: an entry in a dump, or a request to change one. */
  public static final int TYPE = 0x0100;

  /** Length of {@link #encodeDump}'s request in bytes. */
  public static final int DUMP_LENGTH = 20;

  private static final int TYPE_GET = 0x0101;
  private static final int TUPLE_ORIG = 1;
  private static final int MARK = 8;
  private static final int ZONE = 18;
  private static final int MARK_MASK = 21;
  private static final int NESTED = 0x8000;
  private static final int GENERIC_LENGTH = 4;
  private static final int ATTRIBUTES = Netlink.HEADER_LENGTH + GENERIC_LENGTH;

  /** Attributes of a change whose lengths do not depend on the entry: mark and mask. */
  private static final int FIXED = 2 * (Netlink.ATTRIBUTE_HEADER_LENGTH + Integer.BYTES);

  private final NetlinkAttributes attributes = new NetlinkAttributes();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int family;
  private int mark;
  private int tupleOffset;
  private int tupleLength;
  private int zoneOffset;
  private int zoneLength;

  /** Makes a reader that stands on nothing. */
  public ConntrackEntry() {}

  /**
   * Writes the request for all entries of all families.
   *
   * @param into where it is written, from 0
   * @param sequence comes back in the answers
   * @return the message's length in bytes
   */
  public static int encodeDump(ByteBuffer into, int sequence) {
    int typeAndFlags = TYPE_GET << 16 | Netlink.FLAG_REQUEST | Netlink.FLAG_DUMP;
    Netlink.putHeader(into, 0, DUMP_LENGTH, typeAndFlags, sequence);
    Bytes.putI32Host(into, Netlink.HEADER_LENGTH, 0);
    return DUMP_LENGTH;
  }

  /**
   * Reads the message a cursor stands on.
   *
   * @param messages stands on a message of type {@link #TYPE}
   * @return what is wrong with it; the getters are good only after {@link NetlinkFault#NONE}
   */
  public NetlinkFault wrap(NetlinkMessages messages) {
    buffer = messages.buffer();
    mark = 0;
    tupleLength = 0;
    zoneLength = 0;
    if (messages.payloadLength() < GENERIC_LENGTH) {
      return NetlinkFault.TRUNCATED;
    }
    family = Bytes.u8(buffer, messages.payloadOffset());
    attributes.wrap(
        buffer,
        messages.payloadOffset() + GENERIC_LENGTH,
        messages.payloadLength() - GENERIC_LENGTH);
    while (attributes.next()) {
      take();
    }
    return tupleLength == 0 && attributes.fault() == NetlinkFault.NONE
        ? NetlinkFault.TRUNCATED
        : attributes.fault();
  }

  /**
   * Reads the addresses of the direction the connection was opened in.
   *
   * @param into is set
   * @return what is wrong with them
   */
  public NetlinkFault original(ConntrackTuple into) {
    return into.wrap(buffer, tupleOffset, tupleLength);
  }

  private void take() {
    int length = attributes.valueLength();
    switch (attributes.type()) {
      case TUPLE_ORIG -> {
        tupleOffset = attributes.valueOffset();
        tupleLength = length;
      }
      case ZONE -> {
        zoneOffset = attributes.valueOffset();
        zoneLength = length;
      }
      case MARK -> mark = length == Integer.BYTES ? markAt(attributes.valueOffset()) : 0;
      default -> {
        // all else about the connection stays as it is
      }
    }
  }

  private int markAt(int offset) {
    return Bytes.i32Net(buffer, offset);
  }

  /**
   * The connection's mark.
   *
   * @return 32 bits, 0 if it has none
   */
  public int mark() {
    return mark;
  }

  /**
   * How long {@link #encodeChange}'s request is.
   *
   * @return bytes
   */
  public int changeLength() {
    return ATTRIBUTES + attributeLength(tupleLength) + zone() + FIXED;
  }

  private int zone() {
    return zoneLength == 0 ? 0 : attributeLength(zoneLength);
  }

  private static int attributeLength(int valueLength) {
    return Netlink.align(Netlink.ATTRIBUTE_HEADER_LENGTH + valueLength);
  }

  /**
   * Writes the request that sets bits of this entry's mark and changes nothing else.
   *
   * @param into where it is written; zeros or an older request stand there
   * @param offset where it starts; {@link #changeLength} bytes are free from there on
   * @param bits which bits are set to what
   * @param sequence comes back in the acknowledgement
   */
  public void encodeChange(ByteBuffer into, int offset, MarkChange bits, int sequence) {
    int typeAndFlags = TYPE << 16 | Netlink.FLAG_REQUEST | Netlink.FLAG_ACK;
    Netlink.putHeader(into, offset, changeLength(), typeAndFlags, sequence);
    Bytes.putI32Host(into, offset + Netlink.HEADER_LENGTH, 0);
    into.put(offset + Netlink.HEADER_LENGTH, (byte) family);
    int at = copy(into, offset + ATTRIBUTES, NESTED | TUPLE_ORIG, tupleOffset, tupleLength);
    if (zoneLength > 0) {
      at = copy(into, at, ZONE, zoneOffset, zoneLength);
    }
    Netlink.putAttribute(into, at, MARK, Integer.BYTES);
    Bytes.putI32Net(into, at + Netlink.ATTRIBUTE_HEADER_LENGTH, bits.value());
    at += attributeLength(Integer.BYTES);
    Netlink.putAttribute(into, at, MARK_MASK, Integer.BYTES);
    Bytes.putI32Net(into, at + Netlink.ATTRIBUTE_HEADER_LENGTH, bits.mask());
  }

  private int copy(ByteBuffer into, int offset, int type, int from, int length) {
    Netlink.putAttribute(into, offset, type, length);
    into.put(offset + Netlink.ATTRIBUTE_HEADER_LENGTH, buffer, from, length);
    return offset + attributeLength(length);
  }
}
