// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.sallyport.kernel.proc.HolderCache.Candidate;

/**
 * Looks for a new socket where a program is likely to have put it, a handful of links and not all
 * of its descriptors. What it says was seen a moment ago and is no guess any more. Thread-safe.
 */
final class DescriptorGuess {

  /** The kernel numbers sockets in lots of 1024 per processor; a jump tells nothing. */
  private static final long MAX_STRIDE = 4096;

  private static final int MAX_LOOKS = 10;

  /** How many of a user's programs open sockets faster than they are looked for. */
  private static final int MAX_HASTY = 2;

  /** After so many vain far looks in a row only every such one is made. */
  private static final int MOST_MISSES = 16;

  /** How often the dead are looked for: each of them costs every look some system calls. */
  private static final long PRUNE_NS = 100_000_000L;

  private final ProcFs proc;
  private final HolderCache cache;
  private final DescriptorIndex index;
  private final LongSupplier clockNs;
  private final AtomicInteger farMisses = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile long prunedNs;

  DescriptorGuess(ProcFs proc, HolderCache cache, DescriptorIndex index, LongSupplier clockNs) {
    this.index = index;
    this.proc = proc;
    this.cache = cache;
    this.clockNs = clockNs;
    prunedNs = clockNs.getAsLong();
  }

  /** A process and which of its descriptors the socket is. */
  record Place(Candidate candidate, int descriptor) {}

  /** Where a user's socket stands; empty if nowhere where one would think. */
  Optional<Place> find(long userId, long inode) {
    List<Candidate> candidates = cache.candidates(userId);
    for (Candidate candidate : candidates) {
      int hint = index.hint(candidate.pid(), inode);
      if (hint >= 0 && proc.holds(candidate.pid(), hint, inode)) {
        return Optional.of(new Place(candidate, hint));
      }
    }
    for (Candidate candidate : candidates) {
      for (int descriptor : candidate.guesses()) {
        if (proc.holds(candidate.pid(), descriptor, inode)) {
          return Optional.of(new Place(candidate, descriptor));
        }
      }
    }
    return isFarWorthIt() ? findFar(userId, candidates, inode) : Optional.empty();
  }

  private Optional<Place> findFar(long userId, List<Candidate> candidates, long inode) {
    for (int i = 0; i < candidates.size() && i < MAX_HASTY; i++) {
      int descriptor = far(candidates.get(i), inode);
      if (descriptor >= 0) {
        farMisses.set(0);
        return Optional.of(new Place(candidates.get(i), descriptor));
      }
    }
    farMisses.incrementAndGet();
    prune(userId, candidates);
    return Optional.empty();
  }

  /** A program whose descriptors are in no order would have all of its sockets looked for so. */
  private boolean isFarWorthIt() {
    return farMisses.get() < MOST_MISSES || looks.incrementAndGet() % MOST_MISSES == 0;
  }

  private void prune(long userId, List<Candidate> candidates) {
    if (clockNs.getAsLong() - prunedNs < PRUNE_NS) {
      return;
    }
    prunedNs = clockNs.getAsLong();
    for (Candidate candidate : candidates) {
      if (!proc.isAlive(candidate.pid(), candidate.startTimeTicks())) {
        cache.forget(userId, candidate.pid());
      }
    }
  }

  /**
   * A program that opens sockets faster than they are looked for has its newest far from where the
   * last one was found. Its descriptors and the kernel's numbers of its sockets rise together, the
   * latter faster if others open some too: so the distance of the one is at most that of the other.
   * One that closes its oldest begins again with the lowest number, sooner or later.
   */
  private int far(Candidate candidate, long inode) {
    long stride = inode - candidate.inode();
    if (stride == 0 || Math.abs(stride) > MAX_STRIDE) {
      return -1;
    }
    int latest = candidate.descriptors().get(0);
    int descriptor = search(candidate.pid(), inode, new Bracket(latest, candidate.inode(), inode));
    if (descriptor >= 0 || stride < 0) {
      return descriptor;
    }
    Bracket again = new Bracket(candidate.lowest() - 1, candidate.inode(), inode);
    return search(candidate.pid(), inode, again);
  }

  private int search(int pid, long inode, Bracket bracket) {
    for (int i = 0; i < MAX_LOOKS && bracket.isOpen(); i++) {
      int descriptor = bracket.next();
      long seen = proc.socketAt(pid, descriptor);
      if (seen == inode) {
        return descriptor;
      }
      bracket.narrow(descriptor, seen);
    }
    return -1;
  }

  /** Two descriptors between which the socket is, with the sockets that they are, if known. */
  private static final class Bracket {
    private static final long UNKNOWN = -1;

    private final long wanted;
    private final long oldest;
    private int low;
    private int high;
    private long lowInode;
    private long highInode;
    private int next;

    Bracket(int descriptor, long inode, long wanted) {
      this.wanted = wanted;
      boolean above = wanted > inode;
      int distance = (int) Math.abs(wanted - inode);
      low = above ? descriptor : Math.max(-1, descriptor - distance - 1);
      high = above ? descriptor + distance + 1 : descriptor;
      oldest = above ? inode : 0; // older ones stand behind the end of the run
      lowInode = above ? inode : UNKNOWN;
      highInode = above ? UNKNOWN : inode;
      next = above ? high - 1 : low + 1; // as if nobody else opened any
    }

    boolean isOpen() {
      return high - low > 1;
    }

    int next() {
      return next;
    }

    /** The inode seen at the descriptor, or a negative one if it is no socket. */
    void narrow(int descriptor, long there) {
      long seen = there < oldest ? UNKNOWN : there;
      if (seen < 0 ? highInode == UNKNOWN : seen > wanted) {
        high = descriptor;
        highInode = Math.max(UNKNOWN, seen);
      } else {
        low = descriptor;
        lowInode = Math.max(UNKNOWN, seen);
      }
      next = low + (high - low) / 2;
      if (lowInode >= 0 && highInode > lowInode) {
        long share = (wanted - lowInode) * (high - low) / (highInode - lowInode);
        next = Math.max(low + 1, Math.min(high - 1, low + (int) share));
      }
    }
  }
}
