// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

/**
 * What cannot be paired for a while, because a record or a packet of it may be missing: the next
 * one that looks the same could then be taken for it. Fingerprints share places, so some are
 * doubted for nothing. Guarded by its owner.
 */
final class Doubts {

  /** Longer than any packet waits in a queue that is served. */
  static final long FOR_NS = 10_000_000_000L;

  private static final int PLACES = 1 << 16;

  private final boolean[] marked = new boolean[PLACES];
  private final long[] untilNs = new long[PLACES];
  private boolean all;
  private long allUntilNs;

  /** Records were lost, and nobody knows of which packets. */
  void doubtAll(long nowNs) {
    all = true;
    allUntilNs = nowNs + FOR_NS;
  }

  boolean areAll(long nowNs) {
    all = all && nowNs - allUntilNs < 0;
    return all;
  }

  void doubt(Fingerprint fingerprint, long nowNs) {
    int place = place(fingerprint);
    marked[place] = true;
    untilNs[place] = nowNs + FOR_NS;
  }

  boolean isDoubted(Fingerprint fingerprint, long nowNs) {
    int place = place(fingerprint);
    marked[place] = marked[place] && nowNs - untilNs[place] < 0;
    return marked[place] || areAll(nowNs);
  }

  private static int place(Fingerprint fingerprint) {
    return fingerprint.hash() >>> 16;
  }
}
