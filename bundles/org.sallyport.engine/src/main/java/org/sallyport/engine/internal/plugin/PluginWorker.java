// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that runs a plugin's code for the control plane and for people, so that none of
 * their own is ever in it. It ends when it has nothing to do. One that hangs is left behind.
 * Thread-safe.
 */
final class PluginWorker {

  /** Room for the criteria of a large policy. */
  private static final int MAX_WAITING = 16_384;

  private static final long IDLE_S = 2;

  private final String name;
  private ThreadPoolExecutor executor;

  PluginWorker(String plugin) {
    name = "sallyport-plugin-" + plugin;
    executor = fresh();
  }

  private ThreadPoolExecutor fresh() {
    ThreadPoolExecutor made =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_S,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            },
            (task, full) -> ((FutureTask<?>) task).cancel(false));
    made.allowCoreThreadTimeOut(true);
    return made;
  }

  /** Has a task run some time; it is cancelled if too many wait already. */
  synchronized void run(FutureTask<?> task) {
    executor.execute(task);
  }

  /** Leaves behind what runs now, and cancels what waits; what comes later runs on a new thread. */
  synchronized void abandon() {
    executor.shutdownNow().forEach(task -> ((FutureTask<?>) task).cancel(false));
    executor = fresh();
  }
}
