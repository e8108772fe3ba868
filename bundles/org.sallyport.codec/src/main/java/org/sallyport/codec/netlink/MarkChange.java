// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

/**
 * Bits of a connection's mark that are to be set.
 *
 * @param value what they are to be; no bit outside the mask
 * @param mask the bits; all others stay
 */
public record MarkChange(int value, int mask) {

  /** Checks that the value is within the mask. */
  public MarkChange {
    if ((value & ~mask) != 0) {
      throw new IllegalArgumentException(
          String.format("0x%08x is not within the mask 0x%08x", value, mask));
    }
  }

  /**
   * Clears bits.
   *
   * @param mask the bits
   * @return the change
   */
  public static MarkChange clear(int mask) {
    return new MarkChange(0, mask);
  }
}
