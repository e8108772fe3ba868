// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.revoke;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.kernel.conntrack.ConntrackMarks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through all running flows whenever a policy came into force. Packets need no help to be
 * judged anew; this is for what no packet of ours would tell: the answers that still come in, the
 * socket that still waits. One thread, which takes only the latest order; it changes marks of flows
 * and ends sockets, and nothing passes because of it. If it fails, flows are stopped by their next
 * own packet only, and the log says so.
 */
public final class Revoker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Revoker.class);
  private static final long SWEEP_PATIENCE_MS = 30_000;
  private static final long RETRY_MS = 500;

  private final AtomicLong revoked = new AtomicLong();
  private final Thread worker = new Thread(this::work, "sallyport-revocation");
  private final Object lock = new Object();
  private volatile Optional<Task> latest = Optional.empty();
  private boolean closed;
  private String told = ""; // confined to the worker

  private record Task(BackendContext context, Enforcement order) {}

  /** Starts the thread. */
  public Revoker() {
    worker.setDaemon(true);
    worker.start();
  }

  /**
   * Has the running flows looked through; returns at once. A look that is under way for an older
   * order is given up.
   *
   * @param context the bridges
   * @param order what is in force now
   */
  public void review(BackendContext context, Enforcement order) {
    synchronized (lock) {
      latest = Optional.of(new Task(context, order));
      lock.notifyAll();
    }
  }

  /** Gives up a look that is under way: refusals do not bind any more. */
  public void callOff() {
    synchronized (lock) {
      latest = Optional.empty();
      lock.notifyAll();
    }
  }

  /**
   * How many running flows were ended.
   *
   * @return at least 0
   */
  public long revoked() {
    return revoked.get();
  }

  private void work() {
    Optional<Task> done = Optional.empty();
    try {
      while (true) {
        Optional<Task> next = await(done);
        if (next.isEmpty()) {
          return;
        }
        if (sweep(next.get())) {
          done = next;
        } else {
          pause();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** The next task; empty when closed. */
  private Optional<Task> await(Optional<Task> done) throws InterruptedException {
    synchronized (lock) {
      while (!closed && (latest.isEmpty() || latest.equals(done))) {
        lock.wait();
      }
      return closed ? Optional.empty() : latest;
    }
  }

  /** A source that is away, or a table that does not hold still, is tried again after a while. */
  private void pause() throws InterruptedException {
    long endNs = System.nanoTime() + RETRY_MS * 1_000_000;
    synchronized (lock) {
      for (long leftNs = endNs - System.nanoTime();
          !closed && leftNs > 0;
          leftNs = endNs - System.nanoTime()) {
        lock.wait(1 + leftNs / 1_000_000);
      }
    }
  }

  private boolean sweep(Task task) {
    Optional<SubjectSource> source = task.context().subjects();
    if (source.isEmpty()) {
      return false;
    }
    try (Reviewer reviewer = new Reviewer(task.context(), source.get().open())) {
      FlowSweep flows =
          new FlowSweep(
              task.order(),
              task.context().marks(),
              reviewer,
              () -> !latest.equals(Optional.of(task)),
              revoked);
      ConntrackMarks.change(flows, SWEEP_PATIENCE_MS);
      return true;
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      tellOnce(e);
      return false;
    }
  }

  /** What fails is tried twice a second. */
  private void tellOnce(Throwable e) {
    String failure = e.toString();
    if (!failure.equals(told)) {
      told = failure;
      LOG.warn("running flows could not be looked through; trying again", e);
    }
  }

  /** Ends the thread after the flow it is about. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    worker.interrupt();
  }
}
