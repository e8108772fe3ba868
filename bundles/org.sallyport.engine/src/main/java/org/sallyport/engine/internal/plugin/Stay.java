// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.sallyport.api.match.MatcherFactory;

/**
 * A factory from its coming to its going, and the calls under way in its code. Once it is closed no
 * call begins. Thread-safe.
 */
final class Stay {

  private static final long POLL_NS = 1_000_000;

  private final MatcherFactory factory;
  private final LongSupplier clockNs;
  private final AtomicInteger underWay = new AtomicInteger();
  private final PluginWorker worker;
  private volatile long closedNs;
  private volatile boolean closed;

  Stay(MatcherFactory factory, String plugin, LongSupplier clockNs) {
    this.factory = factory;
    worker = new PluginWorker(plugin);
    this.clockNs = clockNs;
  }

  MatcherFactory factory() {
    return factory;
  }

  /** Runs its code for those who must not. */
  PluginWorker worker() {
    return worker;
  }

  /** The time by the plugins' clock, nanoseconds. */
  long nowNs() {
    return clockNs.getAsLong();
  }

  boolean closed() {
    return closed;
  }

  /** How long it has been closed, nanoseconds; 0 while it is open. */
  long awayNs() {
    return closed ? clockNs.getAsLong() - closedNs : 0;
  }

  /** Begins a call, if calls may begin; each that began must {@link #leave}. */
  boolean enter() {
    underWay.incrementAndGet();
    if (closed) { // looked at after the call was announced, so close() cannot miss it
      underWay.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    underWay.decrementAndGet();
  }

  /**
   * Lets no more calls begin and waits for those under way.
   *
   * @return how many are still under way when the patience ends
   */
  int close(long patienceNs) {
    long startNs = clockNs.getAsLong();
    closedNs = startNs;
    closed = true;
    while (underWay.get() > 0 && clockNs.getAsLong() - startNs < patienceNs) {
      LockSupport.parkNanos(POLL_NS);
    }
    worker.abandon();
    return underWay.get();
  }
}
