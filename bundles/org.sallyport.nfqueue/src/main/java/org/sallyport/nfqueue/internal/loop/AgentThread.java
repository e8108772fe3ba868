// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sallyport.kernel.proc.ThreadNice;

/**
 * The life of an agent on a thread of its own: made, run and closed there. However it ends, the
 * queues are closed, so that the fail mode {@code no-listener} holds and no packet waits for
 * nobody; unless it was told to hand them over. Started once; started and stopped by the control
 * thread, asked by any.
 */
public final class AgentThread {

  /** What becomes of the queues. */
  public enum Ending {
    /** They are closed: what waits in them is dropped, and {@code no-listener} holds. */
    GIVE_UP,
    /** They stay open for the next agent: packets wait in the kernel. */
    HAND_OVER
  }

  private final PacketQueues queues;
  private final Supplier<NfqueueAgent> maker;
  private final Thread thread;
  private final CountDownLatch running = new CountDownLatch(1);
  private volatile Optional<Ending> ending = Optional.empty();
  private volatile boolean handedOver;
  private volatile Optional<Throwable> failure = Optional.empty();

  /**
   * Prepares a thread.
   *
   * @param name its name
   * @param queues the agent's queues, which belong to this object from now on
   * @param maker makes the agent; called on the thread
   */
  public AgentThread(String name, PacketQueues queues, Supplier<NfqueueAgent> maker) {
    this.queues = queues;
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
      if (!handedOver) {
        queues.close();
      }
      running.countDown();
    }
  }

  private void runAgent() {
    ThreadNice.goFirst(); // everybody's new flows wait for it, its own workers' searches can
    try (NfqueueAgent agent = maker.get()) {
      running.countDown();
      while (ending.isEmpty()) {
        agent.doWork();
      }
      if (ending.get() == Ending.HAND_OVER) {
        agent.giveBack();
        handedOver = true;
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
   * Ends the agent after the cycle it is in. One that does not end in time closes its queues
   * whenever it does.
   *
   * @param how what becomes of the queues
   * @param timeoutMs how long to wait for that at most
   * @return whether it has ended so: the queues are closed, or the caller's again
   * @throws InterruptedException if interrupted
   */
  public boolean stop(Ending how, long timeoutMs) throws InterruptedException {
    ending = Optional.of(how);
    queues.wake();
    thread.join(timeoutMs);
    if (thread.isAlive()) {
      ending = Optional.of(Ending.GIVE_UP);
      return false;
    }
    return how == Ending.GIVE_UP || handedOver;
  }
}
