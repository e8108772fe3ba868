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
import org.sallyport.api.backend.Situation;
import org.sallyport.kernel.nfqueue.NfqueueLease;
import org.sallyport.kernel.nfqueue.NfqueueStats;
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
  private static final long LOOK_AGAIN_MS = 20;

  private final KernelQueues queues;
  private final BackendContext context;
  private final AgentOrders orders;
  private final AgentThread thread;
  private Enforcement followed;

  private QueueSession(
      KernelQueues queues, BackendContext context, Enforcement first, AgentReport report) {
    this.queues = queues;
    this.context = context;
    followed = first;
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
    obey(order);
    followed = order;
  }

  private void obey(Enforcement order) throws IOException {
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

  /**
   * Waits until every packet that was led here has its answer, then ends the agent and gives the
   * queues up. Nothing may lead here any more. Whoever still waits in the end is counted: nobody
   * listens to it.
   *
   * @param timeoutMs how long to wait at most
   * @return how many packets were dropped without an answer
   */
  long retire(long timeoutMs) {
    long left = drain(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
    if (left > 0) {
      context.failures().count(Situation.NO_LISTENER, left);
    }
    close();
    return left;
  }

  private long drain(long deadlineNs) {
    try {
      while (isAlive() && !isEmpty() && System.nanoTime() - deadlineNs < 0) {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      return waiting(0) + waiting(1); // the agent hangs: nobody will answer any more
    }
    return waiting(0) + waiting(1);
  }

  /** The second queue is looked at when what moves there from the first has arrived. */
  private boolean isEmpty() throws IOException {
    if (waiting(0) > 0) {
      return false;
    }
    obey(followed); // the cycle is over that took the last packet
    return waiting(1) == 0;
  }

  private long waiting(int queue) {
    return NfqueueStats.read(NfqueueStats.PROC_FILE, context.queueNumber() + queue)
        .map(NfqueueStats::waiting)
        .orElse(0L);
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
