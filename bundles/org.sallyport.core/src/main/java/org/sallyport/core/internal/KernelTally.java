// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.List;
import java.util.function.LongSupplier;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.KernelCounts;
import org.sallyport.core.internal.policy.RuleCounters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what the kernel counts by itself to the rules' counters. Reading starts processes, so it is
 * done when somebody asks, after each change, and now and then. Confined to the control thread.
 */
final class KernelTally {

  private static final Logger LOG = LoggerFactory.getLogger(KernelTally.class);

  private final Parts parts;
  private final RuleCounters counters;
  private final LongSupplier wallClockMs;

  KernelTally(Parts parts, RuleCounters counters, LongSupplier wallClockMs) {
    this.parts = parts;
    this.counters = counters;
    this.wallClockMs = wallClockMs;
  }

  /** Reads all backends that count; what cannot be read now is added at the next reading. */
  void read() {
    for (Backend backend : List.copyOf(parts.backends())) {
      try {
        add(backend.counts());
      } catch (BackendException | RuntimeException | LinkageError e) {
        LOG.warn("what {} counted could not be read", backend.name(), e);
      }
    }
  }

  /** A step into the kernel. */
  interface Step {
    void run() throws BackendException;
  }

  /**
   * Reads before a step, since a rule that changes is counted anew from there, and after it, since
   * some counters are gone then.
   */
  void around(Step step) throws BackendException {
    read();
    try {
      step.run();
    } finally {
      read();
    }
  }

  private void add(KernelCounts counts) {
    long nowMs = wallClockMs.getAsLong();
    // first the last words: a rule that was held anew counts from zero since
    counts.gone().forEach((id, count) -> counters.gone(id, count, nowMs));
    counts.standing().forEach((id, count) -> counters.standing(id, count, nowMs));
  }
}
