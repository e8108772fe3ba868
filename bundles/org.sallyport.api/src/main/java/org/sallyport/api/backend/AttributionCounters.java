// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.concurrent.atomic.LongAdder;

/** How often the program behind a flow was found. Thread-safe; counting never blocks. */
public final class AttributionCounters {

  private final LongAdder exact = new LongAdder();
  private final LongAdder unknown = new LongAdder();

  /** Creates counters at zero. */
  public AttributionCounters() {}

  /** Counts a flow whose originator was found. */
  public void countExact() {
    exact.increment();
  }

  /** Counts a flow whose originator was not found. */
  public void countUnknown() {
    unknown.increment();
  }

  /**
   * Flows whose originator was found.
   *
   * @return at least 0
   */
  public long exact() {
    return exact.sum();
  }

  /**
   * Flows whose originator was not found.
   *
   * @return at least 0
   */
  public long unknown() {
    return unknown.sum();
  }
}
