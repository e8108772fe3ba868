// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

/**
 * What was found for packets that were looked at and may be looked at again: they wait for
 * something. One claim is kept of all packets that look the same; it answers for none of them once
 * they had different senders, or one of them had none. Guarded by its owner.
 */
final class Claims {

  private static final int MOST = 1 << 14;

  private final RecordTable claimed = new RecordTable(MOST);
  private final RecordPool pool;

  /** Of those that had to go, whose packets may still wait. */
  private final Doubts forgotten = new Doubts();

  Claims(RecordPool pool) {
    this.pool = pool;
  }

  /**
   * Keeps a packet's record.
   *
   * @param record the record, in no table; it belongs to this from now on
   * @param nowNs the time, {@link System#nanoTime}
   */
  void add(TapRecord record, long nowNs) {
    record.ambiguousUntilNs =
        forgotten.isDoubted(record.fingerprint, nowNs) ? nowNs + Doubts.FOR_NS : nowNs;
    TapRecord before = claimed.first(record.fingerprint);
    if (before != null) {
      boolean old = nowNs - before.timeNs() > Doubts.FOR_NS;
      record.ambiguousUntilNs =
          old || before.isSameSender(record) ? before.ambiguousUntilNs : nowNs + Doubts.FOR_NS;
      remove(before);
    } else if (claimed.isFull()) {
      TapRecord eldest = claimed.eldest();
      forgotten.doubt(eldest.fingerprint, nowNs);
      remove(eldest);
    }
    claimed.add(record);
  }

  private void remove(TapRecord record) {
    claimed.remove(record);
    pool.give(record);
  }

  /** A packet without a record must not find that of one that comes later. */
  void addNobody(Fingerprint seen, long nowNs) {
    TapRecord nobody = pool.take();
    nobody.blank(seen, nowNs);
    add(nobody, nowNs);
  }

  /**
   * Finds a packet's record again.
   *
   * @return the record, which names the sender; null if there is none, or it may be another's
   */
  TapRecord find(Fingerprint seen, long nowNs) {
    TapRecord record = claimed.first(seen);
    boolean certain =
        record != null
            && record.isAgreeing()
            && nowNs - record.ambiguousUntilNs >= 0
            && nowNs - record.timeNs() <= Doubts.FOR_NS;
    return certain ? record : null;
  }
}
