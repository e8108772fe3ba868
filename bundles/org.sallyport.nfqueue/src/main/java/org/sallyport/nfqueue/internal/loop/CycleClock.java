// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.function.LongSupplier;

/** The time of the agent's cycle, read once at its start. Owned by one thread. */
public final class CycleClock {

  private final LongSupplier monotonicNs;
  private final LongSupplier wallMs;
  private long nowNs;
  private long nowMs;

  /**
   * Makes a clock that stands at the present.
   *
   * @param monotonicNs counts like {@link System#nanoTime}
   * @param wallMs counts like {@link System#currentTimeMillis}
   */
  public CycleClock(LongSupplier monotonicNs, LongSupplier wallMs) {
    this.monotonicNs = monotonicNs;
    this.wallMs = wallMs;
    tick();
  }

  /**
   * The system's clock.
   *
   * @return a clock for one thread
   */
  public static CycleClock ofSystem() {
    return new CycleClock(System::nanoTime, System::currentTimeMillis);
  }

  /** Starts a cycle. */
  void tick() {
    nowNs = monotonicNs.getAsLong();
    nowMs = wallMs.getAsLong();
  }

  /** The cycle's monotonic time, nanoseconds; compare by difference. */
  long nowNs() {
    return nowNs;
  }

  /** The cycle's wall clock, milliseconds since 1970. */
  long nowMs() {
    return nowMs;
  }
}
