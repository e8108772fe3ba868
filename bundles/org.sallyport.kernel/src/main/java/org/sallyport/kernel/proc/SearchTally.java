// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.concurrent.atomic.LongAdder;

/** Counts how searches go; see {@link SearchCounters}. Thread-safe. */
final class SearchTally {

  final LongAdder hits = new LongAdder();
  final LongAdder stale = new LongAdder();
  final LongAdder candidateHits = new LongAdder();
  final LongAdder walks = new LongAdder();
  final LongAdder shared = new LongAdder();
  final LongAdder notFound = new LongAdder();
  final LongAdder timedOut = new LongAdder();

  SearchCounters counters() {
    return new SearchCounters(
        hits.sum(),
        stale.sum(),
        candidateHits.sum(),
        walks.sum(),
        shared.sum(),
        notFound.sum(),
        timedOut.sum());
  }
}
