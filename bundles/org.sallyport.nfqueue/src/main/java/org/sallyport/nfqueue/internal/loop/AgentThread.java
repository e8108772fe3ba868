// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The life of an agent on a thread of its own: made, run and closed there. However it ends, the
 * queue is closed, so that the fail mode {@code no-listener} holds and no packet waits for nobody.
 * Started once; started and stopped by the control thread, asked by any.
 */
public final class AgentThread {

  private final PacketQueue queue;
  private final Supplier<NfqueueAgent> maker;
  private final Thread thread;
  private final CountDownLatch running = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile Optional<Throwable> failure = Optional.empty();

  /**
   * Prepares a thread.
   *
   * @param name its name
   * @param queue the agent's queue, which belongs to this object from now on
   * @param maker makes the agent; called on the thread
   */
  public AgentThread(String name, PacketQueue queue, Supplier<NfqueueAgent> maker) {
    this.queue = queue;
    this.maker = maker;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /**
   * Starts the agent and returns when it works, or has failed to.
   *
   * @param timeoutMs how long to wait at most
   * @return whether it works
   * @throws InterruptedException if interrupted
   */
  public boolean start(long timeoutMs) throws InterruptedException {
    thread.start();
    return running.await(timeoutMs, TimeUnit.MILLISECONDS) && isAlive();
  }

  private void run() {
    try {
      runAgent();
    } finally {
      queue.close();
      running.countDown();
    }
  }

  private void runAgent() {
    try (NfqueueAgent agent = maker.get()) {
      running.countDown();
      while (!stopping) {
        agent.doWork();
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = Optional.of(e);
    }
  }

  /**
   * Whether the agent works.
   *
   * @return false before the start and after the end
   */
  public boolean isAlive() {
    return thread.isAlive() && failure.isEmpty();
  }

  /**
   * Why the agent ended by itself.
   *
   * @return empty if it did not
   */
  public Optional<Throwable> failure() {
    return failure;
  }

  /**
   * Ends the agent after the cycle it is in, and closes the queue.
   *
   * @param timeoutMs how long to wait for that at most
   * @return whether it has ended
   * @throws InterruptedException if interrupted
   */
  public boolean stop(long timeoutMs) throws InterruptedException {
    stopping = true;
    queue.wake();
    thread.join(timeoutMs);
    return !thread.isAlive();
  }
}
