// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An IPv4 or IPv6 address in 128 bits. IPv4 is kept as {@code ::ffff:a.b.c.d} (RFC 4291 §2.5.5.2),
 * so one comparison serves both families and a v4-mapped socket equals the IPv4 peer it talks to.
 *
 * @param high the upper 64 bits, most significant byte first
 * @param low the lower 64 bits, most significant byte first
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {

  private static final long V4_PREFIX = 0x0000_ffff_0000_0000L;
  private static final long V4_PREFIX_MASK = 0xffff_ffff_0000_0000L;

  /**
   * The address of four IPv4 bytes held in an int.
   *
   * @param bits the address, first octet in the most significant byte
   * @return the address in its mapped form
   */
  public static IpAddress ofIpv4(int bits) {
    return new IpAddress(0, V4_PREFIX | (bits & 0xffff_ffffL));
  }

  /**
   * The address of four or sixteen bytes in network order.
   *
   * @param bytes 4 (IPv4) or 16 (IPv6) bytes; copied
   * @return the address
   * @throws IllegalArgumentException if the length is neither 4 nor 16
   */
  public static IpAddress ofBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return switch (bytes.length) {
      case 4 -> ofIpv4(buffer.getInt());
      case 16 -> new IpAddress(buffer.getLong(), buffer.getLong());
      default ->
          throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
    };
  }

  /**
   * Reads a literal address; never asks a name server.
   *
   * @param text dotted decimal IPv4, or IPv6 in any RFC 4291 form, without brackets or zone
   * @return the address
   * @throws IllegalArgumentException if the text is not a literal address
   */
  public static IpAddress parse(String text) {
    Objects.requireNonNull(text, "text");
    boolean v6 = text.indexOf(':') >= 0;
    if (!(v6 ? text.matches("[0-9A-Fa-f:.]{2,45}") : text.matches("(\\d{1,3}\\.){3}\\d{1,3}"))) {
      throw notAnAddress(text, null);
    }
    try {
      return ofBytes(InetAddress.getByName(v6 ? "[" + text + "]" : text).getAddress());
    } catch (UnknownHostException e) {
      throw notAnAddress(text, e);
    }
  }

  private static IllegalArgumentException notAnAddress(String text, UnknownHostException cause) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return new IllegalArgumentException("'" + shown + "' is not an IPv4 or IPv6 address", cause);
  }

  /**
   * Whether this is an IPv4 address (in its mapped form).
   *
   * @return true for IPv4
   */
  public boolean isIpv4() {
    return high == 0 && (low & V4_PREFIX_MASK) == V4_PREFIX;
  }

  /**
   * Whether the address names this host itself: 127.0.0.0/8 or ::1.
   *
   * @return true for loopback addresses
   */
  public boolean isLoopback() {
    return isIpv4() ? (low >>> 24 & 0xff) == 127 : high == 0 && low == 1;
  }

  /**
   * The bytes on the wire.
   *
   * @return 4 bytes for IPv4, else 16, in network order; a fresh array
   */
  public byte[] toBytes() {
    return isIpv4()
        ? ByteBuffer.allocate(4).putInt((int) low).array()
        : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  @Override
  public int compareTo(IpAddress other) {
    int upper = Long.compareUnsigned(high, other.high);
    return upper != 0 ? upper : Long.compareUnsigned(low, other.low);
  }

  /** The canonical text of RFC 5952 (IPv6) or dotted decimal (IPv4). */
  @Override
  public String toString() {
    return isIpv4() ? ipv4Text() : Ipv6Text.of(high, low);
  }

  private String ipv4Text() {
    return (low >>> 24 & 0xff)
        + "."
        + (low >>> 16 & 0xff)
        + "."
        + (low >>> 8 & 0xff)
        + "."
        + (low & 0xff);
  }

  /**
   * The same address for the JDK's network classes.
   *
   * @return an {@link java.net.Inet4Address} or {@link Inet6Address}
   */
  public InetAddress toInetAddress() {
    try {
      return isIpv4()
          ? InetAddress.getByAddress(toBytes())
          : Inet6Address.getByAddress(null, toBytes(), -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are always an address", e);
    }
  }
}
