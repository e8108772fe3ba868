// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.ip;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * A flyweight over a packet's IP and transport headers. IPv4 (RFC 791) and IPv6 (RFC 8200), network
 * order:
 *
 * <pre>
 *   +-------+-------+---------------+-------------------------------+
 *  0|   4   |  IHL  |  TOS          |  total length                 |
 *  4|  identification               | 0 D M |  fragment offset      |
 *  8|  TTL          |  protocol     |  checksum                     |
 * 12|  source address                                               |
 * 16|  destination address                                          |
 *   +-------+---------------+-------+-------------------------------+
 *
 *   +-------+---------------+---------------------------------------+
 *  0|   6   |  class        |  flow label                           |
 *  4|  payload length               |  next header  |  hop limit    |
 *  8|  source address, 16 bytes                                     |
 * 24|  destination address, 16 bytes                                |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Addresses come as two longs, IPv4 in the form {@code ::ffff:a.b.c.d}. Checksums are not looked
 * at: a local packet's is often not computed yet. Not thread-safe; the buffer is borrowed until the
 * next {@link #wrap}.
 */
public final class IpHeader {

  private static final long V4_PREFIX = 0x0000_ffff_0000_0000L;
  private static final int V4_LENGTH = 20;
  private static final int V6_LENGTH = 40;

  private final Ipv6Extensions extensions = new Ipv6Extensions();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int start;
  private int end;
  private int version;
  private int protocol;
  private int transport;
  private long totalLength;
  private boolean fragment;
  private boolean laterFragment;
  private IpFault fault = IpFault.SHORT_HEADER;

  /**
   * Reads a packet's headers.
   *
   * @param packet holds the packet
   * @param offset where its IP header starts
   * @param capturedLength how many bytes of it were copied
   * @param fullLength how long the packet is; at least {@code capturedLength}
   * @return {@link IpFault#NONE} if everything may be asked. After {@link IpFault#SHORT_TRANSPORT}
   *     addresses and protocol may be asked; after any other fault nothing
   */
  public IpFault wrap(ByteBuffer packet, int offset, int capturedLength, int fullLength) {
    buffer = packet;
    start = offset;
    version = 0;
    fragment = false;
    laterFragment = false;
    if (capturedLength < 1 || !Bytes.fits(packet, offset, capturedLength)) {
      return stop(IpFault.SHORT_HEADER);
    }
    end = offset + capturedLength;
    fault =
        switch (Bytes.u8(packet, offset) >>> 4) {
          case 4 -> readV4(Math.max(capturedLength, fullLength));
          case 6 -> readV6(Math.max(capturedLength, fullLength));
          default -> IpFault.BAD_VERSION;
        };
    if (fault == IpFault.NONE
        && !laterFragment
        && end - transport < TransportHeader.minimumLength(protocol)) {
      fault = IpFault.SHORT_TRANSPORT;
    }
    return fault;
  }

  private IpFault stop(IpFault reason) {
    fault = reason;
    return reason;
  }

  private IpFault readV4(int fullLength) {
    if (end - start < V4_LENGTH) {
      return IpFault.SHORT_HEADER;
    }
    int headerLength = (Bytes.u8(buffer, start) & 0xf) * 4;
    // 0: a large packet on its way to segmentation, longer than the field can say
    int stated = Bytes.u16Net(buffer, start + 2);
    if (headerLength < V4_LENGTH || headerLength > end - start || !fitLength(stated, fullLength)) {
      return IpFault.BAD_LENGTH;
    }
    if (totalLength < headerLength) {
      return IpFault.BAD_LENGTH;
    }
    version = 4;
    protocol = Bytes.u8(buffer, start + 9);
    transport = start + headerLength;
    int fragmentField = Bytes.u16Net(buffer, start + 6);
    laterFragment = (fragmentField & 0x1fff) != 0;
    fragment = laterFragment || (fragmentField & 0x2000) != 0;
    return IpFault.NONE;
  }

  private IpFault readV6(int fullLength) {
    if (end - start < V6_LENGTH) {
      return IpFault.SHORT_HEADER;
    }
    // 0: a jumbogram (RFC 2675) or a large packet on its way to segmentation
    int stated = Bytes.u16Net(buffer, start + 4);
    if (!fitLength(stated == 0 ? 0 : stated + V6_LENGTH, fullLength)) {
      return IpFault.BAD_LENGTH;
    }
    int next = Bytes.u8(buffer, start + 6);
    if (!extensions.walk(buffer, next, start + V6_LENGTH, end)) {
      return IpFault.BAD_EXTENSIONS;
    }
    version = 6;
    protocol = extensions.protocol();
    transport = extensions.offset();
    fragment = extensions.isFragment();
    laterFragment = extensions.isLaterFragment();
    return IpFault.NONE;
  }

  /** Takes the packet's length, and leaves out of sight what lies behind its stated end. */
  private boolean fitLength(int stated, int fullLength) {
    totalLength = stated == 0 ? fullLength : stated;
    end = (int) Math.min(end, start + totalLength);
    return totalLength <= fullLength;
  }

  /** The borrowed buffer, for the transport header's flyweight. */
  ByteBuffer buffer() {
    return buffer;
  }

  /**
   * The fault of the last {@link #wrap}.
   *
   * @return {@link IpFault#NONE} if there was none
   */
  public IpFault fault() {
    return fault;
  }

  /**
   * The IP version.
   *
   * @return 4 or 6; 0 after a fault
   */
  public int version() {
    return version;
  }

  /**
   * The transport protocol, behind IPv6 extension headers.
   *
   * @return 0 to 255
   */
  public int protocol() {
    return protocol;
  }

  /**
   * The packet's length as its header states it; where the field cannot say, the length given to
   * {@link #wrap}.
   *
   * @return bytes
   */
  public long totalLength() {
    return totalLength;
  }

  /**
   * Upper half of the sender's address.
   *
   * @return the upper 64 bits
   */
  public long sourceHigh() {
    return version == 6 ? Bytes.i64Net(buffer, start + 8) : 0;
  }

  /**
   * Lower half of the sender's address.
   *
   * @return the lower 64 bits
   */
  public long sourceLow() {
    return version == 6 ? Bytes.i64Net(buffer, start + 16) : mapped(start + 12);
  }

  /**
   * Upper half of the receiver's address.
   *
   * @return the upper 64 bits
   */
  public long destinationHigh() {
    return version == 6 ? Bytes.i64Net(buffer, start + 24) : 0;
  }

  /**
   * Lower half of the receiver's address.
   *
   * @return the lower 64 bits
   */
  public long destinationLow() {
    return version == 6 ? Bytes.i64Net(buffer, start + 32) : mapped(start + 16);
  }

  private long mapped(int at) {
    return version == 4 ? V4_PREFIX | Integer.toUnsignedLong(Bytes.i32Net(buffer, at)) : 0;
  }

  /**
   * The TTL or hop limit.
   *
   * @return 0 to 255
   */
  public int hopLimit() {
    return version == 0 ? 0 : Bytes.u8(buffer, version == 6 ? start + 7 : start + 8);
  }

  /**
   * Whether this is a fragment, first or later.
   *
   * @return true for a part of a packet
   */
  public boolean isFragment() {
    return fragment;
  }

  /**
   * Whether the transport header is readable: not a later fragment, not cut off.
   *
   * @return true if the transport header may be read
   */
  public boolean hasTransport() {
    return fault == IpFault.NONE && !laterFragment;
  }

  /**
   * Where the transport header starts in the buffer.
   *
   * @return an absolute index; meaningful only if {@link #hasTransport}
   */
  public int transportOffset() {
    return transport;
  }

  /**
   * How many bytes from the transport header on were copied.
   *
   * @return bytes
   */
  public int transportLength() {
    return hasTransport() ? end - transport : 0;
  }
}
