// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
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
    return register(new Reader(name, true));
  }

  private Reader register(Reader reader) {
    readers.add(reader);
    return reader;
  }

  /**
   * Registers a reader by whose answers no packet passes once a newer policy is in force: a change
   * does not wait for it, so whatever it is stuck in holds no change up; a part that leaves does.
   *
   * @param name its name for people
   * @return the reader, for one thread
   */
  public SnapshotReader onlooker(String name) {
    return register(new Reader(name, false));
  }

  /**
   * Looks at the current policy without judging by it. Whoever takes a part off waits for this as
   * for any reader, so nothing that it reaches leaves under it; a change does not wait for it,
   * since no packet passes by what it sees. Any thread but those that serve packets.
   *
   * @param name its name for people
   * @param use looks at the snapshot, or at none while none has been published; what it throws is
   *     thrown here
   * @return what that returns
   * @param <T> its type
   */
  public <T> T look(String name, Function<Optional<PolicySnapshot>, T> use) {
    try (Reader reader = register(new Reader(name, false))) {
      return use.apply(reader.begin());
    }
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
    return await(patience, reader -> reader.judges);
  }

  /**
   * Waits until no reader uses what it could reach before this call: a part that was taken off
   * before is then used by no reader any more. Any thread.
   *
   * @param patience how long to wait at most
   * @return the names of readers that have not passed; empty if all have
   */
  public List<String> awaitReaders(Duration patience) {
    return await(patience, reader -> true);
  }

  private List<String> await(Duration patience, Predicate<Reader> awaited) {
    long passed = epoch.incrementAndGet();
    long deadlineNs = System.nanoTime() + patience.toNanos();
    List<String> late = usingOlderThan(passed, awaited);
    while (!late.isEmpty() && System.nanoTime() - deadlineNs < 0) {
      LockSupport.parkNanos(POLL_NS);
      late = usingOlderThan(passed, awaited);
    }
    return late;
  }

  private List<String> usingOlderThan(long limit, Predicate<Reader> awaited) {
    return readers.stream()
        .filter(r -> awaited.test(r) && r.isUsingOlderThan(limit))
        .map(r -> r.name)
        .toList();
  }

  private final class Reader implements SnapshotReader {
    private final String name;
    private final boolean judges;
    private volatile long begun = IDLE;

    Reader(String name, boolean judges) {
      this.name = name;
      this.judges = judges;
    }

    boolean isUsingOlderThan(long limit) {
      long since = begun; // read once: it may end in between
      return since != IDLE && since < limit;
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
