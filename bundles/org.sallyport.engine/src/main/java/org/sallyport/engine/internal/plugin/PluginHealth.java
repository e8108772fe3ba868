// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.BitSet;

/**
 * What calls of a plugin cost and how they ended. Thread-safe; the lock is held for a few
 * instructions, and never on the thread that serves packets.
 */
final class PluginHealth {

  private final Limits limits;
  private final BitSet faulty;
  private int next;
  private int inRow;
  private long calls;
  private long faults;
  private long totalNs;
  private long worstNs;
  private String lastFault = "";
  private volatile boolean quarantined;

  PluginHealth(Limits limits) {
    this.limits = limits;
    this.faulty = new BitSet(limits.windowCalls());
  }

  /** The figures at one moment. */
  record Figures(long calls, long faults, long meanMicros, long worstMicros, String lastFault) {}

  /** Whether it is not called any more. */
  boolean quarantined() {
    return quarantined;
  }

  /** Notes a call that ended. */
  synchronized void ran(long tookNs, String fault) {
    calls++;
    totalNs += tookNs;
    worstNs = Math.max(worstNs, tookNs);
    note(fault);
  }

  /** Notes a fault that is not the end of a call. */
  synchronized void failed(String fault) {
    note(fault);
  }

  /** Calls it no more, whatever it did before. */
  synchronized void quarantine(String fault) {
    note(fault);
    quarantined = true;
  }

  private void note(String fault) {
    boolean failed = !fault.isEmpty();
    faulty.set(next, failed);
    next = (next + 1) % limits.windowCalls();
    inRow = failed ? inRow + 1 : 0;
    if (failed) {
      faults++;
      lastFault = fault;
      quarantined |=
          inRow >= limits.faultsInRow() || faulty.cardinality() >= limits.faultsInWindow();
    }
  }

  /** Calls it again; the figures stay, what it is judged by is forgotten. */
  synchronized void reset() {
    faulty.clear();
    inRow = 0;
    quarantined = false;
  }

  synchronized Figures figures() {
    long meanMicros = calls == 0 ? 0 : totalNs / calls / 1_000;
    return new Figures(calls, faults, meanMicros, worstNs / 1_000, lastFault);
  }
}
