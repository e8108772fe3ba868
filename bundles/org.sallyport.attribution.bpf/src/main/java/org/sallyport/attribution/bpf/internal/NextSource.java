// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Owner;

/**
 * One thread's lookup in the best source after this one, for all that this one does not know for
 * certain. While that is being replaced, subjects are pending on the packet thread, and workers
 * wait for it. Confined to one thread.
 */
final class NextSource implements SubjectLookup {

  private static final long LOOK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<Optional<SubjectSource>> best;
  private final LongSupplier clockNs;
  private Optional<SubjectSource> source = Optional.empty();
  private Optional<SubjectLookup> lookup = Optional.empty();
  private long retryNs;

  /**
   * Knows no source yet.
   *
   * @param best the best one now
   * @param clockNs when one that failed is tried again
   */
  NextSource(Supplier<Optional<SubjectSource>> best, LongSupplier clockNs) {
    this.best = best;
    this.clockNs = clockNs;
  }

  /** The lookup now; a change of the source is followed. */
  private Optional<SubjectLookup> now() {
    Optional<SubjectSource> latest = best.get();
    boolean same =
        latest.isPresent() == source.isPresent()
            && (latest.isEmpty() || latest.get() == source.get());
    boolean failed = source.isPresent() && lookup.isEmpty();
    if (!same || (failed && clockNs.getAsLong() - retryNs >= 0)) {
      close();
      source = latest;
      lookup = latest.flatMap(this::open);
    }
    return lookup;
  }

  private Optional<SubjectLookup> open(SubjectSource from) {
    try {
      return Optional.of(from.open());
    } catch (IOException e) {
      retryNs = clockNs.getAsLong() + RETRY_NS;
      return Optional.empty();
    }
  }

  @Override
  public long socketOf(PacketView packet) {
    Optional<SubjectLookup> next = now();
    return next.isPresent() ? next.get().socketOf(packet) : NO_SOCKET;
  }

  @Override
  public long holderOf(PacketView packet) {
    Optional<SubjectLookup> next = now();
    return next.isPresent() ? next.get().holderOf(packet) : NO_HOLDER;
  }

  @Override
  public SubjectView findNow(PacketView packet) {
    Optional<SubjectLookup> next = now();
    return next.isPresent() ? next.get().findNow(packet) : Owner.of(packet).pending(BpfSource.NAME);
  }

  @Override
  public SubjectView find(PacketView packet, long deadlineNs) {
    Optional<SubjectLookup> next = now();
    while (next.isEmpty() && deadlineNs - System.nanoTime() > 0 && !Thread.interrupted()) {
      LockSupport.parkNanos(LOOK_AGAIN_NS);
      next = now();
    }
    return next.isPresent()
        ? next.get().find(packet, deadlineNs)
        : Owner.of(packet).unknown("no other source of subjects is there", BpfSource.NAME);
  }

  @Override
  public void close() {
    Optional<SubjectLookup> old = lookup;
    lookup = Optional.empty();
    source = Optional.empty();
    old.ifPresent(SubjectLookup::close);
  }
}
