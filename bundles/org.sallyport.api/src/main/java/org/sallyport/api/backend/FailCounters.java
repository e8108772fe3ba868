// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.concurrent.atomic.LongAdder;

/**
 * How often each situation came up since the daemon started. Thread-safe; counting never blocks.
 */
public final class FailCounters {

  private final LongAdder[] counts = new LongAdder[Situation.values().length];

  /** Creates counters at zero. */
  public FailCounters() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /**
   * Counts one occurrence.
   *
   * @param situation what came up
   */
  public void count(Situation situation) {
    counts[situation.ordinal()].increment();
  }

  /**
   * Counts several occurrences.
   *
   * @param situation what came up
   * @param times how often, at least 0
   */
  public void count(Situation situation, long times) {
    counts[situation.ordinal()].add(times);
  }

  /**
   * How often a situation came up.
   *
   * @param situation the situation
   * @return at least 0
   */
  public long get(Situation situation) {
    return counts[situation.ordinal()].sum();
  }
}
