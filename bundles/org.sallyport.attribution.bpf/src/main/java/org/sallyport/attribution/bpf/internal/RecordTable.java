// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

/**
 * Records by their fingerprint, those of one fingerprint in the order in which they came. Makes no
 * garbage. Guarded by its owner.
 */
final class RecordTable {

  private final TapRecord[] buckets;
  private final int most;
  private int count;
  private TapRecord eldest;
  private TapRecord newest;

  /**
   * An empty table.
   *
   * @param most how many records it is to hold, a power of two
   */
  RecordTable(int most) {
    this.most = most;
    buckets = new TapRecord[most];
  }

  boolean isFull() {
    return count >= most;
  }

  int count() {
    return count;
  }

  /** The one that came first of all; null if there is none. */
  TapRecord eldest() {
    return eldest;
  }

  private int bucket(Fingerprint fingerprint) {
    return fingerprint.hash() & buckets.length - 1;
  }

  /** The first of a fingerprint; null if there is none. */
  TapRecord first(Fingerprint fingerprint) {
    return same(buckets[bucket(fingerprint)], fingerprint);
  }

  /** The next of the same fingerprint; null if there is none. */
  TapRecord after(TapRecord record) {
    return same(record.nextInBucket, record.fingerprint);
  }

  private static TapRecord same(TapRecord from, Fingerprint fingerprint) {
    TapRecord record = from;
    while (record != null && !record.fingerprint.isSame(fingerprint)) {
      record = record.nextInBucket;
    }
    return record;
  }

  /** The last of a fingerprint; null if there is none. */
  TapRecord last(Fingerprint fingerprint) {
    TapRecord last = null;
    for (TapRecord r = first(fingerprint); r != null; r = after(r)) {
      last = r;
    }
    return last;
  }

  /** How many there are of a fingerprint, counted up to a limit. */
  int countOf(Fingerprint fingerprint, int limit) {
    int found = 0;
    for (TapRecord r = first(fingerprint); r != null && found < limit; r = after(r)) {
      found++;
    }
    return found;
  }

  void add(TapRecord record) {
    int bucket = bucket(record.fingerprint);
    record.nextInBucket = null;
    if (buckets[bucket] == null) {
      buckets[bucket] = record;
    } else {
      TapRecord last = buckets[bucket];
      while (last.nextInBucket != null) {
        last = last.nextInBucket;
      }
      last.nextInBucket = record;
    }
    record.older = newest;
    record.newer = null;
    if (newest == null) {
      eldest = record;
    } else {
      newest.newer = record;
    }
    newest = record;
    count++;
  }

  void remove(TapRecord record) {
    int bucket = bucket(record.fingerprint);
    if (buckets[bucket] == record) {
      buckets[bucket] = record.nextInBucket;
    } else {
      TapRecord before = buckets[bucket];
      while (before.nextInBucket != record) {
        before = before.nextInBucket;
      }
      before.nextInBucket = record.nextInBucket;
    }
    if (record.older == null) {
      eldest = record.newer;
    } else {
      record.older.newer = record.newer;
    }
    if (record.newer == null) {
      newest = record.older;
    } else {
      record.newer.older = record.older;
    }
    record.nextInBucket = null;
    record.older = null;
    record.newer = null;
    count--;
  }
}
