// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * Writes the request for one socket by its exact addresses, or for all on a port:
 * SOCK_DIAG_BY_FAMILY with {@code struct inet_diag_req_v2} of {@code linux/inet_diag.h}. Ports and
 * addresses are in network order:
 *
 * <pre>
 *   +---------------------------------------------------------------+
 *  0|  nlmsghdr: length 72, type 20, NLM_F_REQUEST                  |  host order
 *   +---------------+---------------+---------------+---------------+
 * 16|  family       |  protocol     |  ext 0        |  pad          |
 * 20|  states: a bit per state, all set                             |  host order
 *   +-------------------------------+-------------------------------+
 * 24|  source port                  |  destination port             |
 *   +-------------------------------+-------------------------------+
 * 28|  source address, 16 bytes (IPv4: the first 4)                 |
 * 44|  destination address, 16 bytes                                |
 * 60|  interface index, 0 for any                                   |  host order
 * 64|  cookie: all bits set, do not compare                         |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>For TCP the source is the local end. For UDP and UDP-Lite the kernel looks up as for an
 * arriving packet, so both ends are swapped here, but not where a socket is to be ended (see
 * udp_diag_dump_one and __udp_diag_destroy of net/ipv4/udp_diag.c): callers always speak of local
 * and remote. Addresses are two longs with IPv4 as {@code ::ffff:a.b.c.d}; such a pair is asked for
 * as AF_INET, which finds dual-stack sockets too. Not thread-safe; the buffer is borrowed.
 */
public final class InetDiagRequest {

  /** Length of the request in bytes. */
  public static final int LENGTH = 72;

  /** SOCK_DIAG_BY_FAMILY: the type of request and answer. */
  public static final int TYPE = 20;

  private static final int TYPE_DESTROY = 21;
  private static final int COOKIE = 64;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int UDP = 17;
  private static final int UDPLITE = 136;
  private static final int PORTS = 24;
  private static final int SOURCE = 28;
  private static final int DESTINATION = 44;

  private final ByteBuffer buffer;
  private long localHigh;
  private long localLow;
  private int localPort;
  private long remoteHigh;
  private long remoteLow;
  private int remotePort;

  /**
   * Makes an encoder.
   *
   * @param buffer where each request is written, from 0; at least {@link #LENGTH} bytes
   */
  public InetDiagRequest(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /**
   * Sets this host's end.
   *
   * @param high the address's upper 64 bits
   * @param low the address's lower 64 bits
   * @param port 0 to 65535
   * @return this
   */
  public InetDiagRequest local(long high, long low, int port) {
    localHigh = high;
    localLow = low;
    localPort = port;
    return this;
  }

  /**
   * Sets the peer's end.
   *
   * @param high the address's upper 64 bits
   * @param low the address's lower 64 bits
   * @param port 0 to 65535
   * @return this
   */
  public InetDiagRequest remote(long high, long low, int port) {
    remoteHigh = high;
    remoteLow = low;
    remotePort = port;
    return this;
  }

  /**
   * Writes the request.
   *
   * @param protocol an IP protocol number, 0 to 255
   * @param interfaceIndex the interface the socket may be bound to, 0 for none
   * @param sequence comes back in the answer
   * @return the message's length in bytes
   */
  public int encode(int protocol, int interfaceIndex, int sequence) {
    Netlink.putHeader(buffer, 0, LENGTH, TYPE << 16 | Netlink.FLAG_REQUEST, sequence);
    body(protocol, interfaceIndex, protocol == UDP || protocol == UDPLITE);
    Bytes.putI64Net(buffer, COOKIE, -1);
    return LENGTH;
  }

  /**
   * Writes the request to end the socket with these addresses and this cookie: SOCK_DESTROY of
   * {@code linux/sock_diag.h}, with the same body. It is acknowledged.
   *
   * @param protocol an IP protocol number, 0 to 255
   * @param interfaceIndex the interface the socket may be bound to, 0 for none
   * @param cookie the socket's cookie: another one of the same addresses is left alone
   * @param sequence comes back in the answer
   * @return the message's length in bytes
   */
  public int encodeDestroy(int protocol, int interfaceIndex, long cookie, int sequence) {
    int flags = Netlink.FLAG_REQUEST | Netlink.FLAG_ACK;
    Netlink.putHeader(buffer, 0, LENGTH, TYPE_DESTROY << 16 | flags, sequence);
    body(protocol, interfaceIndex, false);
    Bytes.putI32Host(buffer, COOKIE, (int) cookie);
    Bytes.putI32Host(buffer, COOKIE + Integer.BYTES, (int) (cookie >>> Integer.SIZE));
    return LENGTH;
  }

  /**
   * Writes the request for all sockets with a local port, whatever their addresses; sockets of the
   * other family are left out, dual-stack ones are of AF_INET6. It is answered by a dump.
   *
   * @param v4 whether AF_INET is meant, else AF_INET6
   * @param protocol an IP protocol number, 0 to 255
   * @param port the local port, 1 to 65535; 0 for all
   * @param sequence comes back in the answers
   * @return the message's length in bytes
   */
  public int encodePort(boolean v4, int protocol, int port, int sequence) {
    int flags = Netlink.FLAG_REQUEST | Netlink.FLAG_DUMP;
    Netlink.putHeader(buffer, 0, LENGTH, TYPE << 16 | flags, sequence);
    for (int i = Netlink.HEADER_LENGTH; i < LENGTH; i++) {
      buffer.put(i, (byte) 0);
    }
    buffer.put(16, (byte) (v4 ? AF_INET : AF_INET6));
    buffer.put(17, (byte) protocol);
    Bytes.putI32Host(buffer, 20, -1);
    Bytes.putU16Net(buffer, PORTS, port);
    Bytes.putI64Net(buffer, COOKIE, -1);
    return LENGTH;
  }

  private void body(int protocol, int interfaceIndex, boolean swapped) {
    boolean v4 = isV4(localHigh, localLow) && isV4(remoteHigh, remoteLow);
    int localAt = swapped ? DESTINATION : SOURCE;
    int remoteAt = swapped ? SOURCE : DESTINATION;
    buffer.put(16, (byte) (v4 ? AF_INET : AF_INET6));
    buffer.put(17, (byte) protocol);
    Bytes.putU16Host(buffer, 18, 0);
    Bytes.putI32Host(buffer, 20, -1);
    Bytes.putU16Net(buffer, swapped ? PORTS + 2 : PORTS, localPort);
    Bytes.putU16Net(buffer, swapped ? PORTS : PORTS + 2, remotePort);
    putAddress(localAt, localHigh, localLow, v4);
    putAddress(remoteAt, remoteHigh, remoteLow, v4);
    Bytes.putI32Host(buffer, 60, interfaceIndex);
  }

  private void putAddress(int offset, long high, long low, boolean v4) {
    Bytes.putI64Net(buffer, offset, v4 ? low << 32 : high);
    Bytes.putI64Net(buffer, offset + 8, v4 ? 0 : low);
  }

  private static boolean isV4(long high, long low) {
    return high == 0 && low >>> 32 == 0xffffL;
  }
}
