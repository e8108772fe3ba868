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
import org.sallyport.api.backend.Enforcement;
import org.sallyport.kernel.nfqueue.NfqueueLease;
import org.sallyport.nfqueue.internal.loop.AgentOrders;
import org.sallyport.nfqueue.internal.loop.AgentReport;
import org.sallyport.nfqueue.internal.loop.AgentSettings;
import org.sallyport.nfqueue.internal.loop.AgentThread;
import org.sallyport.nfqueue.internal.loop.CycleClock;
import org.sallyport.nfqueue.internal.loop.KernelQueues;
import org.sallyport.nfqueue.internal.loop.NfqueueAgent;
import org.sallyport.nfqueue.internal.loop.WhenFull;

/**
 * Two bound queues with their agent, from start to end. Used by the control thread; {@link
 * #isAlive} and {@link #failure} by any.
 */
final class QueueSession implements AutoCloseable {

  private static final long PATIENCE_MS = 5000;

  private final KernelQueues queues;
  private final BackendContext context;
  private final AgentOrders orders;
  private final AgentThread thread;

  private QueueSession(
      KernelQueues queues, BackendContext context, Enforcement first, AgentReport report) {
    this.queues = queues;
    this.context = context;
    orders = new AgentOrders(first);
    thread =
        new AgentThread(
            "sallyport-nfqueue-" + context.queueNumber(),
            queues,
            () ->
                new NfqueueAgent(
                    queues,
                    context,
                    AgentSettings.DEFAULTS,
                    orders,
                    report,
                    CycleClock.ofSystem()));
  }

  /**
   * Takes over the queues that an agent before this one left, or binds them, and starts the agent.
   *
   * @param context the bridges
   * @param first what the agent follows from its first packet on
   * @param report where it tells about itself
   * @return a working session
   * @throws IOException if the queue belongs to another program, or the agent cannot work
   */
  static QueueSession start(BackendContext context, Enforcement first, AgentReport report)
      throws IOException {
    QueueSession session =
        new QueueSession(queuesOf(context, WhenFull.of(first)), context, first, report);
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

  private static KernelQueues queuesOf(BackendContext context, WhenFull whenFull)
      throws IOException {
    Optional<AutoCloseable> left = context.leases().adopt(leaseName(context));
    if (left.isPresent() && left.get() instanceof NfqueueLease lease) {
      return KernelQueues.adopt(lease, whenFull);
    }
    return KernelQueues.open(context.queueNumber(), whenFull);
  }

  private static String leaseName(BackendContext context) {
    return "nfqueue " + context.queueNumber();
  }

  /**
   * Has the agent follow an order and returns when no packet is judged by an older one any more.
   *
   * @param order the order
   * @throws IOException if the agent or the kernel does not take it
   */
  void follow(Enforcement order) throws IOException {
    queues.setWhenFull(WhenFull.of(order));
    try {
      Future<Void> obeyed = orders.give(order);
      queues.wake();
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

  /**
   * Ends the agent and leaves the queues for the next one: packets wait in the kernel meanwhile. If
   * nobody takes leases any more, the queues are given up.
   */
  void handOver() {
    if (!end(AgentThread.Ending.HAND_OVER)) {
      return;
    }
    NfqueueLease lease = queues.release();
    try {
      context.leases().leave(leaseName(context), lease);
    } catch (RuntimeException e) { // the daemon is stopping
      lease.close();
    }
  }

  /** Ends the agent and gives the queues up: what waits in them is dropped. Rules stay. */
  @Override
  public void close() {
    end(AgentThread.Ending.GIVE_UP);
  }

  private boolean end(AgentThread.Ending how) {
    try {
      return thread.stop(how, PATIENCE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the agent ends by itself after its cycle
      return false;
    }
  }
}
