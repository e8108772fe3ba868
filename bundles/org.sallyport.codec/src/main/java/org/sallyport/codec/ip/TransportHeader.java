// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.ip;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * A flyweight over the start of a TCP (RFC 9293), UDP (RFC 768), UDP-Lite (RFC 3828), SCTP (RFC
 * 9260) or ICMP (RFC 792, RFC 4443) header, network order:
 *
 * <pre>
 *   +-------------------------------+-------------------------------+
 *  0|  source port                  |  destination port             |  all but ICMP
 *   +-------------------------------+-------------------------------+
 * 12|  offset, ...  |C E U A P R S F|  window                       |  TCP
 *   +---------------+---------------+-------------------------------+
 *
 *   +---------------+---------------+-------------------------------+
 *  0|  type         |  code         |  checksum                     |  ICMP
 *   +---------------+---------------+-------------------------------+
 *  4|  identifier                   |  sequence number              |  ICMP echo
 *   +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Not thread-safe; borrows what {@link IpHeader} borrows.
 */
public final class TransportHeader {

  /** TCP flag bit. */
  public static final int TCP_FIN = 1;

  /** TCP flag bit. */
  public static final int TCP_SYN = 2;

  /** TCP flag bit. */
  public static final int TCP_RST = 4;

  /** TCP flag bit. */
  public static final int TCP_ACK = 16;

  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMPV6 = 58;
  private static final int SCTP = 132;
  private static final int UDPLITE = 136;

  private static final int IDENTIFIER = 4;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REQUEST_V6 = 128;
  private static final int ECHO_REPLY_V6 = 129;

  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int start;
  private int protocol;
  private boolean ports;
  private boolean icmp;
  private boolean identifier;

  /** What a protocol's header must hold at least for this flyweight, in bytes. */
  static int minimumLength(int protocol) {
    return switch (protocol) {
      case TCP -> 20;
      case SCTP -> 12;
      case UDP, UDPLITE -> 8;
      case ICMP, ICMPV6 -> 4;
      default -> 0;
    };
  }

  /**
   * Reads the header behind an IP header.
   *
   * @param ip has been wrapped; where it has no transport header, nothing is known here
   * @return this
   */
  public TransportHeader wrap(IpHeader ip) {
    buffer = ip.buffer();
    start = ip.transportOffset();
    protocol = ip.protocol();
    boolean readable = ip.hasTransport();
    icmp = readable && (protocol == (ip.version() == 4 ? ICMP : ICMPV6));
    identifier = icmp && ip.transportLength() >= IDENTIFIER + Short.BYTES && isEcho(ip.version());
    ports =
        readable && (protocol == TCP || protocol == UDP || protocol == UDPLITE || protocol == SCTP);
    return this;
  }

  /**
   * Whether the ports may be asked.
   *
   * @return false for other protocols and for later fragments
   */
  public boolean hasPorts() {
    return ports;
  }

  /**
   * The sender's port.
   *
   * @return 0 to 65535; 0 if it has none
   */
  public int sourcePort() {
    return ports ? Bytes.u16Net(buffer, start) : 0;
  }

  /**
   * The receiver's port.
   *
   * @return 0 to 65535; 0 if it has none
   */
  public int destinationPort() {
    return ports ? Bytes.u16Net(buffer, start + 2) : 0;
  }

  /**
   * The TCP flags.
   *
   * @return the TCP_ bits, 0 for anything but TCP
   */
  public int tcpFlags() {
    return ports && protocol == TCP ? Bytes.u8(buffer, start + 13) : 0;
  }

  /**
   * Whether this packet opens a TCP connection: SYN without ACK.
   *
   * @return true for the first packet of a connection
   */
  public boolean isTcpOpening() {
    return (tcpFlags() & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
  }

  /**
   * Whether the ICMP type and code may be asked.
   *
   * @return true for ICMP and ICMPv6
   */
  public boolean hasIcmpType() {
    return icmp;
  }

  /**
   * The ICMP type.
   *
   * @return 0 to 255; 0 if it has none
   */
  public int icmpType() {
    return icmp ? Bytes.u8(buffer, start) : 0;
  }

  /**
   * The ICMP code.
   *
   * @return 0 to 255; 0 if it has none
   */
  public int icmpCode() {
    return icmp ? Bytes.u8(buffer, start + 1) : 0;
  }

  private boolean isEcho(int version) {
    int type = Bytes.u8(buffer, start);
    return version == 4
        ? type == ECHO_REQUEST || type == ECHO_REPLY
        : type == ECHO_REQUEST_V6 || type == ECHO_REPLY_V6;
  }

  /**
   * Whether the identifier of an ICMP echo may be asked.
   *
   * @return true for echo requests and replies that were copied so far
   */
  public boolean hasIcmpIdentifier() {
    return identifier;
  }

  /**
   * The identifier of an ICMP echo.
   *
   * @return 0 to 65535; 0 if it has none
   */
  public int icmpIdentifier() {
    return identifier ? Bytes.u16Net(buffer, start + IDENTIFIER) : 0;
  }
}
