// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often each situation came up since the daemon started. Thread-safe; counting never blocks.
 */
public final class FailCounters {

  private final Map<Situation, LongAdder> counts = new EnumMap<>(Situation.class);

  /** Creates counters at zero. */
  public FailCounters() {
    for (Situation situation : Situation.values()) {
      counts.put(situation, new LongAdder());
    }
  }

  /**
   * Counts one occurrence.
   *
   * @param situation what came up
   */
  public void count(Situation situation) {
    counts.get(situation).increment();
  }

  /**
   * Counts several occurrences.
   *
   * @param situation what came up
   * @param times how often, at least 0
   */
  public void count(Situation situation, long times) {
    counts.get(situation).add(times);
  }

  /**
   * How often a situation came up.
   *
   * @param situation the situation
   * @return at least 0
   */
  public long get(Situation situation) {
    return counts.get(situation).sum();
  }
}
