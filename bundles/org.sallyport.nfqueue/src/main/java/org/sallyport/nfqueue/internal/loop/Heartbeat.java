// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.concurrent.atomic.AtomicLong;

/** Shows that an agent cycles: beaten by the agent, listened to by anybody. */
public final class Heartbeat {

  private final AtomicLong lastNs = new AtomicLong();

  /** Starts silent. */
  public Heartbeat() {}

  void beat(long nowNs) {
    lastNs.lazySet(nowNs);
  }

  /**
   * For how long the agent has not begun a cycle.
   *
   * @param nowNs the present, as {@link System#nanoTime}
   * @return nanoseconds; an idle agent stays far below a second
   */
  public long silentNs(long nowNs) {
    return nowNs - lastNs.get();
  }
}
