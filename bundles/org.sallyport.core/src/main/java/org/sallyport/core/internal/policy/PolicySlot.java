// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.decision.PolicySnapshot;

/**
 * The one place where the current policy stands, and the readers that may be using it. Written by
 * the control thread; read by any thread through its own {@link SnapshotReader}.
 *
 * <p>A reader announces the epoch it begins in before it takes the snapshot, and the writer
 * advances the epoch after it put the new snapshot in place. So a reader that announces the new
 * epoch can only see the new snapshot, and one that announced an older epoch is waited for.
 */
public final class PolicySlot {

  private static final long IDLE = 0;
  private static final long POLL_NS = 50_000;

  private final List<Reader> readers = new CopyOnWriteArrayList<>();
  private volatile Optional<PolicySnapshot> current = Optional.empty();
  private final AtomicLong epoch = new AtomicLong(1);

  /** Creates an empty slot. */
  public PolicySlot() {}

  /**
   * The current policy, for the control plane.
   *
   * @return the snapshot, or empty while none has been published
   */
  public Optional<PolicySnapshot> current() {
    return current;
  }

  /**
   * Registers a reader.
   *
   * @param name its name for people
   * @return the reader, for one thread
   */
  public SnapshotReader reader(String name) {
    Reader reader = new Reader(name);
    readers.add(reader);
    return reader;
  }

  /**
   * Puts a snapshot in place and waits until no reader uses an older one. Control thread only.
   *
   * @param snapshot the new policy
   * @param patience how long to wait at most
   * @return the names of readers that still use an older one; empty if all have passed
   */
  public List<String> publish(PolicySnapshot snapshot, Duration patience) {
    current = Optional.of(snapshot);
    return awaitReaders(patience);
  }

  /**
   * Waits until no reader uses what it could reach before this call: a part that was taken off
   * before is then used by no reader any more. Any thread.
   *
   * @param patience how long to wait at most
   * @return the names of readers that have not passed; empty if all have
   */
  public List<String> awaitReaders(Duration patience) {
    long passed = epoch.incrementAndGet();
    long deadlineNs = System.nanoTime() + patience.toNanos();
    List<String> late = usingOlderThan(passed);
    while (!late.isEmpty() && System.nanoTime() - deadlineNs < 0) {
      LockSupport.parkNanos(POLL_NS);
      late = usingOlderThan(passed);
    }
    return late;
  }

  private List<String> usingOlderThan(long limit) {
    return readers.stream()
        .filter(r -> r.begun != IDLE && r.begun < limit)
        .map(r -> r.name)
        .toList();
  }

  private final class Reader implements SnapshotReader {
    private final String name;
    private volatile long begun = IDLE;

    Reader(String name) {
      this.name = name;
    }

    @Override
    public Optional<PolicySnapshot> begin() {
      long announced;
      do {
        announced = epoch.get();
        begun = announced;
      } while (announced != epoch.get());
      return current;
    }

    @Override
    public void end() {
      begun = IDLE;
    }

    @Override
    public void close() {
      begun = IDLE;
      readers.remove(this);
    }
  }
}
