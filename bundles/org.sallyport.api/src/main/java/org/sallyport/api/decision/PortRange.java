// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

/**
 * Ports that follow each other.
 *
 * @param first the lowest, host order, 0 to 65535
 * @param last the highest, not below {@code first}
 */
public record PortRange(int first, int last) {

  /** The highest port. */
  public static final int MAX = 65_535;

  /** Checks the range. */
  public PortRange {
    if (first < 0 || last > MAX || first > last) {
      throw new IllegalArgumentException(
          "ports go from 0 to 65535, lower one first, not " + first + " to " + last);
    }
  }
}
