// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/**
 * One thread's lookup in whatever source of subjects is best now. Sources come and go while packets
 * flow: {@link #refresh} follows them on the thread that asks. While one is being replaced subjects
 * are pending; where none is for longer, they are unknown. Owned by one thread.
 */
final class SubjectFinder implements AutoCloseable {

  private static final long NO_EPOCH = Long.MIN_VALUE;
  private static final long RETRY_NS = 1_000_000_000L;

  private final Supplier<Optional<SubjectSource>> best;
  private final long graceNs;
  private final DistinctErrors errors;
  private Optional<SubjectSource> source = Optional.empty();
  private Optional<SubjectLookup> lookup = Optional.empty();
  private boolean away;
  private long awaySinceNs;
  private long retryAtNs;
  private long epoch = NO_EPOCH;

  /**
   * Knows no source yet.
   *
   * @param best the best source now
   * @param grace how long a source may be away before it is gone
   * @param errors where failures go
   * @param nowNs the present
   */
  SubjectFinder(
      Supplier<Optional<SubjectSource>> best, Duration grace, DistinctErrors errors, long nowNs) {
    this.best = best;
    graceNs = grace.toNanos();
    this.errors = errors;
    away = true;
    awaySinceNs = nowNs;
  }

  /** Notes which proofs count; to be called before the policy of a cycle is taken up. */
  void beginProofs() {
    epoch = NO_EPOCH;
    try {
      if (lookup.isPresent()) {
        epoch = lookup.get().epochOfProofs();
      }
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      errors.record("a source of subjects told no epoch of its proofs", e);
    }
  }

  /** See {@link SubjectLookup#prove}; to be asked right after {@link #socketOf}. */
  void prove(PacketView packet, long untilNs) {
    if (epoch != NO_EPOCH && lookup.isPresent()) {
      lookup.get().prove(packet, epoch, untilNs);
    }
  }

  /** Follows a change of the best source. Cheap if there is none. */
  void refresh(long nowNs) {
    Optional<SubjectSource> now = best.get();
    if (now.isPresent() || source.isPresent()) {
      awaySinceNs = nowNs;
    }
    away = now.isEmpty() && nowNs - awaySinceNs < graceNs;
    boolean retry = source.isPresent() && lookup.isEmpty() && nowNs - retryAtNs >= 0;
    if (isSame(now) && !retry) {
      return;
    }
    close();
    epoch = NO_EPOCH;
    source = now;
    retryAtNs = nowNs + RETRY_NS;
    lookup = now.flatMap(this::open);
  }

  private boolean isSame(Optional<SubjectSource> now) {
    return now.isPresent() == source.isPresent() && (now.isEmpty() || now.get() == source.get());
  }

  private Optional<SubjectLookup> open(SubjectSource from) {
    try {
      return Optional.of(from.open());
    } catch (IOException | RuntimeException | LinkageError e) {
      errors.record("a source of subjects could not be opened", e);
      return Optional.empty();
    }
  }

  /** Whether the source is being replaced: it left, and not for long. */
  boolean isAway() {
    return away;
  }

  /** Whether the source has been replaced since {@link #refresh}: what it said may be nonsense. */
  boolean isOutdated() {
    return !isSame(best.get());
  }

  /** See {@link SubjectLookup#socketOf}. */
  long socketOf(PacketView packet) {
    return lookup.isPresent() ? lookup.get().socketOf(packet) : SubjectLookup.NO_SOCKET;
  }

  /**
   * See {@link SubjectLookup#holderOf}; for a packet at the entrance. To be asked right after
   * {@link #socketOf}.
   */
  long holderAtEntrance(PacketView packet) {
    return lookup.isPresent() ? lookup.get().holderOf(packet) : SubjectLookup.NO_HOLDER;
  }

  /**
   * As {@link #holderAtEntrance}, for a packet that waited: if it has lost its owner, its socket
   * was closed meanwhile.
   *
   * @param packet the packet
   * @param socket what {@link #socketOf} just said about it
   */
  long holderOf(PacketView packet, long socket) {
    return packet.hasOwner() || socket != SubjectLookup.NO_SOCKET
        ? holderAtEntrance(packet)
        : SubjectLookup.CLOSED;
  }

  /**
   * See {@link SubjectLookup#findNow}; for a packet as its sender hands it over. Only there the
   * kernel's silence about an owner tells that nobody has sent it.
   */
  SubjectView findAtEntrance(PacketView packet) {
    return lookup.isPresent() ? lookup.get().findNow(packet) : nobody(packet);
  }

  /** See {@link SubjectLookup#findNow}; for a packet that waited. */
  SubjectView findNow(PacketView packet) {
    return sentBySomebody(packet, findAtEntrance(packet));
  }

  /** As {@link #findNow}, if that tells anything; a source that throws knows nothing. */
  Optional<SubjectView> findIfKnown(PacketView packet) {
    try {
      return Optional.of(findNow(packet)).filter(found -> found.kind() != SubjectKind.PENDING);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      errors.record("a source of subjects threw", e);
      return Optional.empty();
    }
  }

  /** See {@link SubjectLookup#find}; pending while the source is away. For a packet that waited. */
  SubjectView find(PacketView packet, long deadlineNs) {
    return lookup.isPresent()
        ? sentBySomebody(packet, lookup.get().find(packet, deadlineNs))
        : nobody(packet);
  }

  /**
   * Whoever closes the socket while a packet waits takes its owner off the packet, which then looks
   * like one that the kernel made and that needs nobody's leave.
   */
  private static SubjectView sentBySomebody(PacketView packet, SubjectView found) {
    return found.kind() == SubjectKind.KERNEL && packet.direction() == Direction.OUT
        ? UnknownSubject.of(packet, "the socket was closed while its packet waited")
        : found;
  }

  private SubjectView nobody(PacketView packet) {
    return away
        ? AwaySubject.of(packet)
        : UnknownSubject.of(packet, "no source of subjects is there");
  }

  /** Closes the lookup; the next {@link #refresh} may open another. */
  @Override
  public void close() {
    Optional<SubjectLookup> old = lookup;
    lookup = Optional.empty();
    source = Optional.empty();
    try {
      old.ifPresent(SubjectLookup::close);
    } catch (RuntimeException | LinkageError e) {
      errors.record("a lookup of subjects could not be closed", e);
    }
  }
}
