// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/**
 * One thread's lookup in whatever source of subjects is best now. Sources come and go while packets
 * flow: {@link #refresh} follows them on the thread that asks. Without a source the subject of
 * every packet is unknown. Owned by one thread.
 */
final class SubjectFinder implements AutoCloseable {

  private static final long RETRY_NS = 1_000_000_000L;

  private final Supplier<Optional<SubjectSource>> best;
  private final DistinctErrors errors;
  private Optional<SubjectSource> source = Optional.empty();
  private Optional<SubjectLookup> lookup = Optional.empty();
  private long retryAtNs;

  SubjectFinder(Supplier<Optional<SubjectSource>> best, DistinctErrors errors) {
    this.best = best;
    this.errors = errors;
  }

  /** Follows a change of the best source. Cheap if there is none. */
  void refresh(long nowNs) {
    Optional<SubjectSource> now = best.get();
    boolean same =
        now.isPresent() == source.isPresent() && (now.isEmpty() || now.get() == source.get());
    boolean retry = source.isPresent() && lookup.isEmpty() && nowNs - retryAtNs >= 0;
    if (same && !retry) {
      return;
    }
    close();
    source = now;
    retryAtNs = nowNs + RETRY_NS;
    lookup = now.flatMap(this::open);
  }

  private Optional<SubjectLookup> open(SubjectSource from) {
    try {
      return Optional.of(from.open());
    } catch (IOException | RuntimeException | LinkageError e) {
      errors.record("a source of subjects could not be opened", e);
      return Optional.empty();
    }
  }

  /** See {@link SubjectLookup#socketOf}. */
  long socketOf(PacketView packet) {
    return lookup.isPresent() ? lookup.get().socketOf(packet) : SubjectLookup.NO_SOCKET;
  }

  /** See {@link SubjectLookup#findNow}. */
  SubjectView findNow(PacketView packet) {
    return lookup.isPresent()
        ? lookup.get().findNow(packet)
        : UnknownSubject.of(packet, "no source of subjects is there");
  }

  /** See {@link SubjectLookup#find}. */
  SubjectView find(PacketView packet, long deadlineNs) {
    return lookup.isPresent()
        ? lookup.get().find(packet, deadlineNs)
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
