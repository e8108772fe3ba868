// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what plugins do, all of it together within one deadline. For one thread. */
public final class Waiting {

  private final long endNs;
  private final List<Future<?>> awaited = new ArrayList<>();

  /** The time runs from now. */
  public Waiting(Duration atMost) {
    endNs = System.nanoTime() + atMost.toNanos();
  }

  /** One more to wait for. */
  public void add(Optional<? extends Future<?>> one) {
    one.ifPresent(awaited::add);
  }

  /** Returns once all are done, each in its way, or the time is up. */
  public void await() {
    try {
      for (Future<?> one : awaited) {
        if (!one.isDone()) {
          await(one);
        }
      }
    } catch (TimeoutException e) {
      // What is late is told by who needs it, with its plugin's name.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void await(Future<?> one) throws TimeoutException, InterruptedException {
    try {
      Object unused = one.get(Math.max(endNs - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException e) {
      // It failed; told by who needs it.
    }
  }
}
