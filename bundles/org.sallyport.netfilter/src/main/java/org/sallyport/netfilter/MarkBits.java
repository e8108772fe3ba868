// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/**
 * A value within a mask of the 32-bit packet or connection mark, in host order. Bits outside the
 * mask belong to others and are neither compared nor changed.
 *
 * @param value 0 to 0xffffffff, no bit outside the mask
 * @param mask 0 to 0xffffffff
 */
public record MarkBits(long value, long mask) {

  /** All 32 bits. */
  public static final long ALL = 0xffff_ffffL;

  /** Checks the ranges. */
  public MarkBits {
    requireMark(value);
    requireMark(mask);
    if ((value & ~mask) != 0) {
      throw new IllegalArgumentException(
          String.format("mark 0x%x has bits outside its mask 0x%x", value, mask));
    }
  }

  /**
   * Checks that a number fits the kernel's mark.
   *
   * @param mark the number
   * @return the same number
   * @throws IllegalArgumentException if it is not in 0 to 0xffffffff
   */
  static long requireMark(long mark) {
    if (mark < 0 || mark > ALL) {
      throw new IllegalArgumentException("a mark has 32 bits: 0 to 0xffffffff, not " + mark);
    }
    return mark;
  }

  @Override
  public String toString() {
    return String.format("0x%x/0x%x", value, mask);
  }
}
