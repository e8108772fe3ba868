// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import java.util.Objects;

/**
 * An address range written as address and prefix length, such as {@code 10.0.0.0/8}.
 *
 * @param base the first address; bits behind the prefix are zero
 * @param prefixLength leading bits that are fixed: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record IpNetwork(IpAddress base, int prefixLength) {

  private static final int MAPPED_BITS = 96;

  /** Checks the length and that no bit behind the prefix is set. */
  public IpNetwork {
    Objects.requireNonNull(base, "base");
    int width = base.isIpv4() ? 32 : 128;
    if (prefixLength < 0 || prefixLength > width) {
      throw new IllegalArgumentException(
          "a prefix of " + base + " has 0 to " + width + " bits, not " + prefixLength);
    }
    int bits = prefixLength + (128 - width);
    if ((base.high() & ~highMask(bits)) != 0 || (base.low() & ~lowMask(bits)) != 0) {
      throw new IllegalArgumentException(
          base + "/" + prefixLength + " has bits set behind the prefix");
    }
  }

  /**
   * Reads {@code address/length}; a plain address is a network of that one address.
   *
   * @param text the network
   * @return the network
   * @throws IllegalArgumentException if the address or the length is not valid
   */
  public static IpNetwork parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      IpAddress address = IpAddress.parse(text);
      return new IpNetwork(address, address.isIpv4() ? 32 : 128);
    }
    String length = text.substring(slash + 1);
    if (!length.matches("\\d{1,3}")) {
      throw new IllegalArgumentException("'" + length + "' is not a prefix length");
    }
    return new IpNetwork(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
  }

  /**
   * Whether an address lies in this network; IPv4 addresses are given in their mapped form.
   *
   * @param high the address's upper 64 bits
   * @param low the address's lower 64 bits
   * @return true if all prefix bits agree and the family is the same
   */
  public boolean contains(long high, long low) {
    boolean v4 = base.isIpv4();
    if (!v4 && new IpAddress(high, low).isIpv4()) {
      return false; // ::/0 speaks of IPv6 only, as 0.0.0.0/0 does of IPv4
    }
    int bits = v4 ? MAPPED_BITS + prefixLength : prefixLength;
    return ((high ^ base.high()) & highMask(bits)) == 0
        && ((low ^ base.low()) & lowMask(bits)) == 0;
  }

  private static long highMask(int bits) {
    return bits == 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
  }

  private static long lowMask(int bits) {
    return bits <= 64 ? 0 : -1L << (128 - bits);
  }

  @Override
  public String toString() {
    return base + "/" + prefixLength;
  }
}
