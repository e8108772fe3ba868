// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.time.Clock;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Whether something read from nf_tables still stands there: nobody has committed since, and the
 * reading is not old. The age limit is a second line: it would find what a counter that came round
 * or a kernel that does not count would hide.
 */
final class Freshness {

  /** After this the tables are read whatever the counter says, milliseconds. */
  static final long MAX_AGE_MS = 30_000;

  private final Supplier<OptionalLong> generation;
  private final Clock clock;
  private OptionalLong confirmed = OptionalLong.empty();
  private long confirmedAtMs;

  /**
   * Knows of no reading yet.
   *
   * @param generation the counter the kernel moves with each commit; empty if it cannot be asked
   * @param clock for the age
   */
  Freshness(Supplier<OptionalLong> generation, Clock clock) {
    this.generation = generation;
    this.clock = clock;
  }

  /** To be asked before a reading: what is committed meanwhile then counts as a change. */
  OptionalLong begin() {
    return generation.get();
  }

  /** The reading that was begun at this generation is good. */
  void confirm(OptionalLong begun) {
    confirmed = begun;
    confirmedAtMs = clock.millis();
  }

  void forget() {
    confirmed = OptionalLong.empty();
  }

  /** Whether the confirmed reading need not be repeated. */
  boolean holds() {
    if (confirmed.isEmpty()) {
      return false;
    }
    long ageMs = clock.millis() - confirmedAtMs;
    return ageMs >= 0 && ageMs < MAX_AGE_MS && generation.get().equals(confirmed);
  }
}
