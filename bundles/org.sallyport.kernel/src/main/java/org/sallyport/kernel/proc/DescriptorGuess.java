// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.List;
import java.util.Optional;
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

  private final ProcFs proc;

  DescriptorGuess(ProcFs proc) {
    this.proc = proc;
  }

  /** A process and which of its descriptors the socket is. */
  record Place(Candidate candidate, int descriptor) {}

  /** Where the socket stands, latest processes first; empty if nowhere where one would think. */
  Optional<Place> find(List<Candidate> candidates, long inode) {
    for (Candidate candidate : candidates) {
      for (int descriptor : candidate.guesses()) {
        if (proc.holds(candidate.pid(), descriptor, inode)) {
          return Optional.of(new Place(candidate, descriptor));
        }
      }
    }
    for (int i = 0; i < candidates.size() && i < MAX_HASTY; i++) {
      int descriptor = between(candidates.get(i), inode);
      if (descriptor >= 0) {
        return Optional.of(new Place(candidates.get(i), descriptor));
      }
    }
    return Optional.empty();
  }

  /**
   * A program that opens sockets faster than they are looked for has its newest far from where the
   * last one was found. Its descriptors and the kernel's numbers of its sockets rise together, the
   * latter faster if others open some too: so the distance of the one is at most that of the other.
   */
  private int between(Candidate candidate, long inode) {
    long stride = inode - candidate.inode();
    if (stride == 0 || Math.abs(stride) > MAX_STRIDE) {
      return -1;
    }
    Bracket bracket = new Bracket(candidate.descriptors().get(0), candidate.inode(), inode);
    for (int i = 0; i < MAX_LOOKS && bracket.isOpen(); i++) {
      int descriptor = bracket.next();
      long seen = proc.socketAt(candidate.pid(), descriptor);
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
    void narrow(int descriptor, long seen) {
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
