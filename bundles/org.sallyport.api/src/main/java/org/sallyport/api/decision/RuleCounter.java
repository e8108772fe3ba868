// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Packets and bytes a rule decided since it was added. Thread-safe; {@link #hit} never blocks. */
public final class RuleCounter {

  private final LongAdder packets = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final AtomicLong lastHitMs = new AtomicLong();

  /** Creates a counter at zero. */
  public RuleCounter() {}

  /**
   * Counts one packet.
   *
   * @param length the packet's length, bytes
   * @param nowMs the wall clock, milliseconds since 1970
   */
  public void hit(long length, long nowMs) {
    packets.increment();
    bytes.add(length);
    lastHitMs.lazySet(nowMs);
  }

  /**
   * Adds what the kernel counted by itself.
   *
   * @param morePackets packets since the last reading
   * @param moreBytes their bytes
   * @param nowMs the wall clock at the reading, milliseconds since 1970
   */
  public void add(long morePackets, long moreBytes, long nowMs) {
    packets.add(morePackets);
    bytes.add(moreBytes);
    lastHitMs.set(nowMs);
  }

  /**
   * Packets so far.
   *
   * @return at least 0
   */
  public long packets() {
    return packets.sum();
  }

  /**
   * Bytes so far.
   *
   * @return at least 0
   */
  public long bytes() {
    return bytes.sum();
  }

  /**
   * When the last packet was counted.
   *
   * @return milliseconds since 1970, or 0 if none was
   */
  public long lastHitMs() {
    return lastHitMs.get();
  }

  /**
   * Goes on from what an earlier daemon counted.
   *
   * @param earlierPackets packets counted before
   * @param earlierBytes bytes counted before
   * @param earlierHitMs the last hit before, or 0
   */
  public void resumeFrom(long earlierPackets, long earlierBytes, long earlierHitMs) {
    packets.add(earlierPackets);
    bytes.add(earlierBytes);
    lastHitMs.compareAndSet(0, earlierHitMs);
  }
}
