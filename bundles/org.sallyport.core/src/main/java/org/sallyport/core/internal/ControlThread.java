// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.admin.AdminException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the control plane's state. Commands wait for it; parts that come and
 * go only leave a note. It never calls the OSGi framework.
 */
final class ControlThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);

  /** Commands waiting at once; more are refused, since each would wait behind all others. */
  private static final int MAX_WAITING = 64;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The daemon has 5 s to end. */
  private static final long LAST_WORDS_MS = 2000;

  private final ScheduledThreadPoolExecutor executor;
  private final AtomicInteger waiting = new AtomicInteger();

  ControlThread() {
    executor = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "sallyport-control"));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  /**
   * Runs a change and waits for it; what it throws unchecked is thrown here. One that has not begun
   * when nobody waits for it any more never begins.
   */
  <T> T call(Callable<T> change) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      throw AdminException.refused("too many commands are waiting", "", "try again");
    }
    AtomicBoolean taken = new AtomicBoolean();
    Future<T> future = executor.submit(() -> taken.getAndSet(true) ? null : change.call());
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AdminException refusal) {
        throw refusal;
      }
      LOG.error("a change failed", e.getCause());
      throw new AdminException(
          AdminException.Kind.REFUSED,
          "internal error: " + e.getCause(),
          "",
          "see the log",
          e.getCause());
    } catch (TimeoutException e) {
      throw givenUp("the change did not finish in time", taken, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw givenUp("interrupted", taken, e);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private static AdminException givenUp(String why, AtomicBoolean taken, Exception cause) {
    String hint =
        taken.getAndSet(true)
            ? "it is still under way and may come into force; see fw:status"
            : "it had not begun and never will; nothing was changed";
    return new AdminException(AdminException.Kind.REFUSED, why, "", hint, cause);
  }

  /** Runs a task some time later; its failures are logged. */
  void after(Duration delay, Runnable task) {
    Future<?> unused = executor.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs a task again and again. */
  void every(Duration period, Runnable task) {
    Future<?> unused =
        executor.scheduleWithFixedDelay(
            guarded(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | LinkageError e) {
        LOG.error("a task of the control thread failed", e);
      }
    };
  }

  boolean isClosed() {
    return executor.isShutdown();
  }

  /** Ends the thread, and returns once it has ended: nobody writes the state's files after that. */
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      boolean ended = executor.awaitTermination(LAST_WORDS_MS, TimeUnit.MILLISECONDS);
      if (!ended) {
        LOG.warn("what the control thread does has not ended; it is left behind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
