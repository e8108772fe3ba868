// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.sallyport.kernel.netlink.Poller;
import org.sallyport.kernel.netlink.Wakeup;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ProcStat;
import org.sallyport.kernel.proc.ProcState;

/**
 * Reads the events as they come, on a thread of its own, and once more before a question is
 * answered, so that the answer knows all that was told before. After a loss it looks at all
 * processes anew, at most once in a second; until then questions are answered as lost. Thread-safe:
 * the lock is held for some batches of events or one answer.
 */
final class EventReader {

  private static final int MOST_LIVING = 1 << 18;
  private static final int MOST_EVENTS = 1 << 17;

  /** Events that never cease hold nobody up for ever. */
  private static final int MOST_BATCHES = 64;

  private static final long BETWEEN_BEGINNINGS_MS = 1000;

  private final ProcFs proc;
  private final ProcState state = new ProcState(ProcFs.ROOT);
  private final ProcConnector connector;
  private final Wakeup wakeup;
  private final ReentrantLock lock = new ReentrantLock();
  private final Object rest = new Object();
  private final ProcessFamilies families = new ProcessFamilies(MOST_LIVING, MOST_EVENTS);
  private final EventDecoder decoder = new EventDecoder(families);
  private final Thread thread = new Thread(this::work, "sallyport-process-events");
  private boolean freed;
  private volatile String trouble = "";
  private final AtomicLong losses = new AtomicLong();
  private volatile boolean closed;

  private EventReader(ProcFs proc, ProcConnector connector, Wakeup wakeup) {
    this.proc = proc;
    this.connector = connector;
    this.wakeup = wakeup;
  }

  /**
   * Begins to read.
   *
   * @throws IOException if the kernel tells no events here
   */
  static EventReader start(ProcFs proc) throws IOException {
    ProcConnector connector = FirstNetwork.connector(ProcFs.ROOT);
    Wakeup wakeup;
    try {
      wakeup = new Wakeup();
    } catch (IOException e) {
      connector.close();
      throw e;
    }
    EventReader reader = new EventReader(proc, connector, wakeup);
    try {
      reader.begin();
    } catch (IOException | RuntimeException e) {
      reader.free();
      throw e;
    }
    reader.thread.setDaemon(true);
    reader.thread.start();
    return reader;
  }

  /** Whatever is told while the processes are looked at is newer than what is seen there. */
  private void begin() throws IOException {
    lock.lock();
    try {
      families.begin();
      read();
    } finally {
      lock.unlock();
    }
    int[] pids = proc.pids();
    int[] parents = new int[pids.length];
    for (int i = 0; i < pids.length; i++) {
      parents[i] = parentOf(pids[i]);
    }
    lock.lock();
    try {
      read();
      for (int i = 0; i < pids.length; i++) {
        if (parents[i] >= 0) {
          families.addOld(pids[i]);
        }
      }
      for (int i = 0; i < pids.length; i++) {
        families.addOldParent(pids[i], parents[i]);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Negative for those who are at their end: of a dead one that nobody waits for no event comes.
   */
  private int parentOf(int pid) {
    return !state.isEnding(pid) && proc.stat(pid) instanceof ProcRead.Done<ProcStat> stat
        ? stat.value().parentPid()
        : -1;
  }

  private void work() {
    try {
      Poller poller = new Poller(connector.socket(), wakeup);
      while (!closed) {
        poller.await(-1);
        if (isLost() && !closed) {
          pause();
          begin();
          losses.incrementAndGet();
        }
      }
    } catch (IOException | RuntimeException e) {
      trouble = String.valueOf(e.getMessage());
    } finally {
      free();
    }
  }

  private boolean isLost() throws IOException {
    lock.lock();
    try {
      read();
      return families.isLost();
    } finally {
      lock.unlock();
    }
  }

  private void pause() throws IOException {
    long endMs = BETWEEN_BEGINNINGS_MS + TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    synchronized (rest) {
      long leftMs = BETWEEN_BEGINNINGS_MS;
      while (!closed && leftMs > 0) {
        try {
          rest.wait(leftMs);
        } catch (InterruptedException e) {
          throw new IOException("interrupted", e);
        }
        leftMs = endMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
      }
    }
  }

  /** False if they come faster than they are read. */
  private boolean read() throws IOException {
    for (int i = 0; i < MOST_BATCHES; i++) {
      if (connector.read(decoder, families)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Answers a question by all that was told until now.
   *
   * @param question asks the families; not kept
   * @return its answer; true if too much is told for one, and once when reading fails; false
   *     without events
   */
  boolean ask(Predicate<ProcessFamilies> question) {
    lock.lock();
    try {
      if (freed) {
        return false;
      }
      return !read() || question.test(families);
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage());
      close();
      return true; // this once: what happened until now is not known
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing is told any more; empty if that is not so. */
  String trouble() {
    return trouble;
  }

  /** How often something was lost. */
  long losses() {
    return losses.get();
  }

  /** Ends the reading soon; idempotent. */
  void close() {
    closed = true;
    wakeup.wake();
    synchronized (rest) {
      rest.notifyAll();
    }
  }

  private void free() {
    lock.lock();
    try {
      freed = true;
      connector.close();
      wakeup.close();
    } finally {
      lock.unlock();
    }
  }
}
