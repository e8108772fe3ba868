// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

/**
 * Records that are not in use, so that none is made for a packet once warm. Guarded by its owner.
 */
final class RecordPool {

  private TapRecord free;

  /** A record that holds whatever it held before. */
  TapRecord take() {
    TapRecord record = free == null ? new TapRecord() : free;
    free = record.nextInBucket;
    record.nextInBucket = null;
    return record;
  }

  /** Takes back a record that is in no table. */
  void give(TapRecord record) {
    record.nextInBucket = free;
    free = record;
  }
}
