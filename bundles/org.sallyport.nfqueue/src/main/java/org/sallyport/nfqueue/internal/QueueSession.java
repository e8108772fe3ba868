// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.nfqueue.internal.loop.AgentOrders;
import org.sallyport.nfqueue.internal.loop.AgentReport;
import org.sallyport.nfqueue.internal.loop.AgentSettings;
import org.sallyport.nfqueue.internal.loop.AgentThread;
import org.sallyport.nfqueue.internal.loop.CycleClock;
import org.sallyport.nfqueue.internal.loop.KernelQueue;
import org.sallyport.nfqueue.internal.loop.NfqueueAgent;

/**
 * A bound queue with its agent, from start to end. Used by the control thread; {@link #isAlive} and
 * {@link #failure} by any.
 */
final class QueueSession implements AutoCloseable {

  private static final long PATIENCE_MS = 5000;

  private final KernelQueue queue;
  private final AgentOrders orders;
  private final AgentThread thread;

  private QueueSession(
      KernelQueue queue, BackendContext context, Enforcement first, AgentReport report) {
    this.queue = queue;
    orders = new AgentOrders(first);
    thread =
        new AgentThread(
            "sallyport-nfqueue-" + context.queueNumber(),
            queue,
            () ->
                new NfqueueAgent(
                    queue, context, AgentSettings.DEFAULTS, orders, report, CycleClock.ofSystem()));
  }

  /**
   * Binds the queue and starts the agent.
   *
   * @param context the bridges
   * @param first what the agent follows from its first packet on
   * @param report where it tells about itself
   * @return a working session
   * @throws IOException if the queue belongs to another program, or the agent cannot work
   */
  static QueueSession start(BackendContext context, Enforcement first, AgentReport report)
      throws IOException {
    KernelQueue queue = KernelQueue.open(context.queueNumber(), opensWhenFull(first));
    QueueSession session = new QueueSession(queue, context, first, report);
    try {
      if (!session.thread.start(PATIENCE_MS)) {
        Optional<Throwable> reason = session.thread.failure();
        session.close();
        throw new IOException("the packet agent did not start", reason.orElse(null));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      session.close();
      throw new IOException("interrupted while the packet agent started", e);
    }
    return session;
  }

  /** Whether a full queue lets packets pass. */
  private static boolean opensWhenFull(Enforcement order) {
    return order.mode() == Mode.OBSERVE
        || order.failModes().choice(Situation.QUEUE_FULL) == Choice.ACCEPT;
  }

  /**
   * Has the agent follow an order and returns when no packet is judged by an older one any more.
   *
   * @param order the order
   * @throws IOException if the agent or the kernel does not take it
   */
  void follow(Enforcement order) throws IOException {
    queue.setFailOpen(opensWhenFull(order));
    try {
      Future<Void> obeyed = orders.give(order);
      queue.wake();
      obeyed.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the packet agent took an order", e);
    } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
      throw new IOException("the packet agent does not take orders", e);
    }
  }

  /** Whether packets are judged. */
  boolean isAlive() {
    return thread.isAlive();
  }

  /** Why the agent ended by itself; empty if it did not. */
  Optional<Throwable> failure() {
    return thread.failure();
  }

  /** Ends the agent and gives the queue up: what waits in it is dropped. Rules stay as they are. */
  @Override
  public void close() {
    try {
      thread.stop(PATIENCE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the agent ends by itself after its cycle
    }
  }
}
