// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

/**
 * User or group ids that follow each other.
 *
 * @param first the lowest, 0 to 4294967294
 * @param last the highest, not below {@code first}
 */
public record IdRange(long first, long last) {

  /** The highest id there is; 4294967295 means "none" to the kernel. */
  public static final long MAX = 4_294_967_294L;

  /** Checks the range. */
  public IdRange {
    if (first < 0 || last > MAX || first > last) {
      throw new IllegalArgumentException(
          "ids go from 0 to " + MAX + ", lower one first, not " + first + " to " + last);
    }
  }
}
