// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The newest walk through all processes, shared by all searches. While searches rest on it, it is
 * made anew in the background before it is too old, so that they need not walk themselves; without
 * searches nobody walks. Thread-safe.
 */
final class SearchWalks implements AutoCloseable {

  private static final long IDLE_S = 10;

  /** Walks that spare a look at young processes take a twentieth of one processor at most. */
  private static final int SPARING_SHARE = 20;

  private static final long SPARING_MIN_NS = TimeUnit.MILLISECONDS.toNanos(250);

  private final long believedNs;
  private final LongSupplier clockNs;
  private final Runnable walk;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private final ExecutorService background;
  private volatile Optional<SocketWalk> newest = Optional.empty();

  /**
   * Makes an empty holder.
   *
   * @param believedNs how old a walk may be
   * @param walk makes a walk and puts it here
   */
  SearchWalks(long believedNs, LongSupplier clockNs, Runnable walk) {
    this.believedNs = believedNs;
    this.clockNs = clockNs;
    this.walk = walk;
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1, 1, IDLE_S, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), SearchWalks::thread);
    one.allowCoreThreadTimeOut(true);
    background = one;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sallyport-process-walk");
    thread.setDaemon(true);
    return thread;
  }

  /** Puts a newer walk in place of the last. */
  void put(SocketWalk made) {
    newest = Optional.of(made);
  }

  /** The newest walk, if it is not too old; one that soon will be is renewed in the background. */
  Optional<SocketWalk> recent() {
    Optional<SocketWalk> walked = newest;
    long ageNs = walked.isEmpty() ? Long.MAX_VALUE : clockNs.getAsLong() - walked.get().atNs();
    if (ageNs > believedNs) {
      return Optional.empty();
    }
    if (ageNs > believedNs / 5 * 4) {
      renew();
    }
    return walked;
  }

  /**
   * There are processes younger than the walk, which every search has to look at until the next.
   */
  void renewForNewcomers(SocketWalk walked) {
    long ageNs = clockNs.getAsLong() - walked.atNs();
    if (ageNs > Math.max(SPARING_MIN_NS, SPARING_SHARE * walked.durationNs())) {
      renew();
    }
  }

  private void renew() {
    if (!underWay.compareAndSet(false, true)) {
      return;
    }
    try {
      background.execute(
          () -> {
            try {
              walk.run();
            } finally {
              underWay.set(false);
            }
          });
    } catch (RejectedExecutionException e) {
      underWay.set(false); // closed: searches walk for themselves
    }
  }

  /** Ends the background thread. */
  @Override
  public void close() {
    background.shutdownNow();
  }
}
