// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.sallyport.codec.Bytes;

/**
 * A flyweight over one queued packet: NFQNL_MSG_PACKET of {@code
 * linux/netfilter/nfnetlink_queue.h}. Everything inside is in network order:
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------+---------------+-------------------------------+
 *  0|    family     |  version 0    |     res_id: queue number      |  struct nfgenmsg
 *   +---------------+---------------+-------------------------------+
 *  4|  attributes: length and type in host order, then a value:
 *   |     1 PACKET_HDR    be32 id, be16 hw_protocol, u8 hook (7 bytes)
 *   |     3 MARK          be32, absent if 0
 *   |     5 IFINDEX_INDEV be32      6 IFINDEX_OUTDEV be32
 *   |    10 PAYLOAD       the packet from its IP header on, cut at the copy range
 *   |    11 CT            its connection, nested       12 CT_INFO be32, below 3: not an answer
 *   |    13 CAP_LEN       be32, the full length, only if the payload was cut
 *   |    14 SKB_INFO      be32: 1 checksum not ready, 2 GSO, 4 checksum not verified
 *   |    16 UID be32     17 GID be32, absent if no program holds the socket open
 *   |    18 SECCTX        the label, where a security module gives one
 * </pre>
 *
 * <p>Not thread-safe; the buffer is borrowed until the next {@link #wrap}.
 */
public final class NfqPacket {

  /** The netlink type of the message: NFNL_SUBSYS_QUEUE (3) and NFQNL_MSG_PACKET (0). */
  public static final int TYPE = 3 << 8;

  /** SKB_INFO bit: the checksum field holds only the pseudo header's part. */
  public static final int INFO_CHECKSUM_NOT_READY = 1;

  /** SKB_INFO bit: a large packet that is cut into segments later. */
  public static final int INFO_GSO = 2;

  private static final int NFGENMSG_LENGTH = 4;
  private static final int PACKET_HDR = 1;
  private static final int MARK = 3;
  private static final int IFINDEX_IN = 5;
  private static final int IFINDEX_OUT = 6;
  private static final int PAYLOAD = 10;
  private static final int CT = 11;
  private static final int CT_INFO = 12;
  private static final int CAP_LEN = 13;
  private static final int SKB_INFO = 14;
  private static final int UID = 16;
  private static final int GID = 17;
  private static final int SECCTX = 18;
  private static final int PACKET_HDR_LENGTH = 7;
  private static final int IS_REPLY = 3;
  private static final int KNOWN = 19;

  private final NetlinkAttributes attributes = new NetlinkAttributes();

  private final int[] at = new int[KNOWN]; // where each value starts, never at 0; 0 if absent
  private final int[] lengths = new int[KNOWN];

  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int queueNumber;

  /**
   * Reads the message a cursor stands on.
   *
   * @param messages the cursor, on a message of type {@link #TYPE}
   * @return NONE if all may be asked; else {@link #hasPacketId} tells if a verdict can be given
   */
  public NetlinkFault wrap(NetlinkMessages messages) {
    return wrap(messages.buffer(), messages.payloadOffset(), messages.payloadLength());
  }

  /**
   * Reads a message's payload.
   *
   * @param message holds it
   * @param offset where {@code struct nfgenmsg} starts
   * @param byteCount the payload's length in bytes
   * @return as {@link #wrap(NetlinkMessages)}
   */
  public NetlinkFault wrap(ByteBuffer message, int offset, int byteCount) {
    Arrays.fill(at, 0);
    Arrays.fill(lengths, 0);
    buffer = message;
    queueNumber = 0;
    if (!Bytes.fits(message, offset, byteCount)) {
      return NetlinkFault.TRUNCATED;
    }
    if (byteCount < NFGENMSG_LENGTH) {
      return NetlinkFault.SHORT_HEADER;
    }
    queueNumber = Bytes.u16Net(message, offset + 2);
    attributes.wrap(message, offset + NFGENMSG_LENGTH, byteCount - NFGENMSG_LENGTH);
    while (attributes.next()) {
      if (attributes.type() < KNOWN && !take(attributes.type(), attributes.valueLength())) {
        return NetlinkFault.SHORT_ATTRIBUTE;
      }
    }
    return attributes.fault() == NetlinkFault.NONE && !hasPacketId()
        ? NetlinkFault.NO_PACKET_HEADER
        : attributes.fault();
  }

  private boolean take(int type, int length) {
    int least =
        switch (type) {
          case PACKET_HDR -> PACKET_HDR_LENGTH;
          case MARK, IFINDEX_IN, IFINDEX_OUT, CT_INFO, CAP_LEN, SKB_INFO, UID, GID -> Integer.BYTES;
          default -> 0;
        };
    at[type] = length < least ? at[type] : attributes.valueOffset();
    lengths[type] = length;
    return length >= least;
  }

  /**
   * The queue the packet is in.
   *
   * @return 0 to 65535
   */
  public int queueNumber() {
    return queueNumber;
  }

  /**
   * Whether the packet's id is known, also after a fault further on.
   *
   * @return true if {@link #packetId} may be asked
   */
  public boolean hasPacketId() {
    return at[PACKET_HDR] != 0;
  }

  /**
   * The id a verdict names; grows by one per packet of the queue, delivered or not.
   *
   * @return 32 unsigned bits
   */
  public int packetId() {
    return numberOr0(PACKET_HDR);
  }

  /**
   * The link layer's protocol.
   *
   * @return for example 0x0800 (IPv4) or 0x86dd (IPv6); 0 if not known
   */
  public int hardwareProtocol() {
    return hasPacketId() ? Bytes.u16Net(buffer, at[PACKET_HDR] + 4) : 0;
  }

  /**
   * The netfilter hook.
   *
   * @return 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting
   */
  public int hook() {
    return hasPacketId() ? Bytes.u8(buffer, at[PACKET_HDR] + 6) : 0;
  }

  /**
   * The packet's mark.
   *
   * @return 32 bits, 0 if it has none
   */
  public int mark() {
    return numberOr0(MARK);
  }

  /**
   * The interface the packet came in by.
   *
   * @return its index, 0 if none
   */
  public int inInterface() {
    return numberOr0(IFINDEX_IN);
  }

  /**
   * The interface the packet leaves by.
   *
   * @return its index, 0 if none
   */
  public int outInterface() {
    return numberOr0(IFINDEX_OUT);
  }

  /**
   * The SKB_INFO bits.
   *
   * @return {@link #INFO_CHECKSUM_NOT_READY}, {@link #INFO_GSO} and others
   */
  public int info() {
    return numberOr0(SKB_INFO);
  }

  /**
   * Whether the kernel named the socket's owner: both uid and gid.
   *
   * @return true if {@link #userId} and {@link #groupId} may be asked
   */
  public boolean hasOwner() {
    return at[UID] != 0 && at[GID] != 0;
  }

  /**
   * The fsuid of whoever opened the socket.
   *
   * @return an unsigned 32-bit uid
   */
  public long userId() {
    return Integer.toUnsignedLong(numberOr0(UID));
  }

  /**
   * The fsgid of whoever opened the socket.
   *
   * @return an unsigned 32-bit gid
   */
  public long groupId() {
    return Integer.toUnsignedLong(numberOr0(GID));
  }

  /**
   * Where the packet's IP header starts in the buffer.
   *
   * @return an absolute index; meaningful only if {@link #payloadLength} is not 0
   */
  public int payloadOffset() {
    return at[PAYLOAD];
  }

  /**
   * How much of the packet was copied.
   *
   * @return bytes, at most the copy range
   */
  public int payloadLength() {
    return lengths[PAYLOAD];
  }

  /**
   * Copies the start of the packet.
   *
   * @param target where to, from 0
   * @param length 0 to {@link #payloadLength} bytes
   */
  public void copyPayload(byte[] target, int length) {
    buffer.get(at[PAYLOAD], target, 0, Objects.checkIndex(length, lengths[PAYLOAD] + 1));
  }

  /**
   * The packet's full length.
   *
   * @return bytes; with GSO more than any MTU; never less than {@link #payloadLength}
   */
  public int fullLength() {
    return Math.max(lengths[PAYLOAD], numberOr0(CAP_LEN));
  }

  /**
   * Where the sender's security label starts; it may end in a NUL.
   *
   * @return an absolute index; meaningful only if {@link #securityContextLength} is not 0
   */
  public int securityContextOffset() {
    return at[SECCTX];
  }

  /**
   * The length of the sender's security label.
   *
   * @return bytes, 0 if there is none
   */
  public int securityContextLength() {
    return lengths[SECCTX];
  }

  /**
   * Reads where the connection's first packet came from and was sent to, before any rewriting.
   *
   * @param into is set; good only if this returns true
   * @return false if the kernel did not tell, or this packet is an answer
   */
  public boolean readOriginal(ConntrackTuple into) {
    return at[CT_INFO] != 0
        && Integer.compareUnsigned(numberOr0(CT_INFO), IS_REPLY) < 0
        && into.wrapOriginal(buffer, at[CT], lengths[CT]) == NetlinkFault.NONE;
  }

  private int numberOr0(int type) {
    return at[type] == 0 ? 0 : Bytes.i32Net(buffer, at[type]);
  }
}
