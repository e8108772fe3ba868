// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

/**
 * What the kernel counted for one rule since it holds the rule.
 *
 * @param packets packets the rule matched, at least 0
 * @param bytes their bytes with IP headers, at least 0
 */
public record KernelCount(long packets, long bytes) {

  /** Nothing yet. */
  public static final KernelCount ZERO = new KernelCount(0, 0);

  /** Checks the ranges. */
  public KernelCount {
    if (packets < 0 || bytes < 0) {
      throw new IllegalArgumentException("counts grow from 0, not " + packets + ", " + bytes);
    }
  }

  /**
   * Both together.
   *
   * @param other another count
   * @return the sums
   */
  public KernelCount plus(KernelCount other) {
    return new KernelCount(packets + other.packets, bytes + other.bytes);
  }
}
