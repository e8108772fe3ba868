// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * What an answer is a function of. A decision may be kept under a key only if every criterion that
 * was asked on the way is a function of that key. When the data behind a matcher change (a list is
 * read again), its factory tells so and a new revision is made.
 *
 * @param inputs everything the matcher looks at
 * @param volatility for how long the same inputs give the same answer
 */
public record ReadSet(Set<Input> inputs, Volatility volatility) {

  /** Assumes the worst: all inputs, and never the same answer twice. */
  public static final ReadSet ANYTHING =
      new ReadSet(EnumSet.allOf(Input.class), Volatility.VOLATILE);

  /** Refuses null and copies the set. */
  public ReadSet {
    inputs = Set.copyOf(inputs);
    Objects.requireNonNull(volatility, "volatility");
  }

  /**
   * A set.
   *
   * @param volatility for how long an answer holds
   * @param inputs everything looked at
   * @return the set
   */
  public static ReadSet of(Volatility volatility, Input... inputs) {
    return new ReadSet(Set.of(inputs), volatility);
  }
}
