// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.util.function.LongSupplier;

/**
 * Whether queues have lost packets lately: then a record may be there whose packet never comes.
 * Guarded by its owner.
 */
final class DropWatch {

  private final LongSupplier losses;
  private final LongSupplier clockNs;
  private long seen;
  private long sinceNs;

  /**
   * Begins to watch.
   *
   * @param losses how many packets were lost in all
   * @param clockNs {@link System#nanoTime}
   */
  DropWatch(LongSupplier losses, LongSupplier clockNs) {
    this.losses = losses;
    this.clockNs = clockNs;
    seen = losses.getAsLong();
    sinceNs = clockNs.getAsLong();
  }

  /** Reads the counters; to be called now and then, so that an earlier loss counts as earlier. */
  void look() {
    long now = losses.getAsLong();
    if (now != seen) {
      seen = now;
      sinceNs = clockNs.getAsLong();
    }
  }

  /** Whether nothing was lost since a time, as far as can be proven; reads the counters. */
  boolean noneSince(long timeNs) {
    look();
    return seen >= 0 && timeNs - sinceNs >= 0;
  }
}
