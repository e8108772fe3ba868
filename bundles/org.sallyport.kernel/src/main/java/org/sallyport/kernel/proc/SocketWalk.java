// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * What one walk through all processes saw: every process and every socket any of them held. It
 * makes later finds quick without making them guesses: a program that was alive then cannot inherit
 * a socket any more, so a socket that nobody held then and that it holds now it opened itself, and
 * only processes made since can have inherited it from there. The same goes for a socket that one
 * single process held then. Thread-safe.
 */
final class SocketWalk {

  private static final int MAX_SOCKETS = 1_000_000;

  /** An entry is the socket's inode (32 bits in every kernel) above its holder's id. */
  private static final int ID_BITS = 24;

  private static final int ID_MASK = (1 << ID_BITS) - 1;

  private final int[] ids;
  private final long[] sockets;
  private final long startTicks;
  private final long atNs;
  private final long durationNs;
  private final Optional<Newcomers> newcomers;

  /** Bounded by the number of processes that searches look at, and by the life of a walk. */
  private final Map<Integer, long[]> firstLooks = new ConcurrentHashMap<>();

  /** From when to when a walk went. */
  private record Span(long startTicks, long startNs, long endNs) {}

  private SocketWalk(int[] ids, long[] sockets, Span span, Optional<Newcomers> newcomers) {
    this.ids = ids;
    this.sockets = sockets;
    this.startTicks = span.startTicks;
    this.atNs = span.startNs;
    this.durationNs = span.endNs - span.startNs;
    this.newcomers = newcomers;
  }

  /** Sees one process's sockets; false ends the walk. */
  @FunctionalInterface
  interface Visitor {
    boolean visit(int pid, long[] sockets);
  }

  /**
   * Walks. The clocks are read first, so that whatever begins meanwhile counts as later.
   *
   * @param visitor sees each process
   * @return the walk; empty if the visitor ended it or it saw too much to be kept
   */
  static Optional<SocketWalk> make(
      ProcFs proc, ProcessList processes, LongSupplier clockNs, Visitor visitor) {
    long atNs = clockNs.getAsLong();
    OptionalLong uptime = processes.uptimeTicks();
    OptionalInt newest = processes.newestId();
    OptionalLong forks = processes.forks();
    int[] ids = processes.all();
    long[] all = new long[1024];
    int count = 0;
    for (int pid : ids) {
      long[] held = proc.sockets(pid);
      if (!visitor.visit(pid, held)) {
        return Optional.empty();
      }
      if (count + held.length > all.length) {
        all = Arrays.copyOf(all, Math.max(2 * all.length, count + held.length));
      }
      for (long socket : held) {
        all[count++] = socket << ID_BITS | pid;
      }
    }
    if (count > MAX_SOCKETS || uptime.isEmpty()) {
      return Optional.empty();
    }
    Arrays.sort(ids);
    long[] sockets = Arrays.copyOf(all, count);
    Arrays.sort(sockets);
    Optional<Newcomers> newcomers =
        newest.isPresent() && forks.isPresent()
            ? Optional.of(
                new Newcomers(processes, newest.getAsInt(), forks.getAsLong(), ids, clockNs))
            : Optional.empty();
    Span span = new Span(uptime.getAsLong(), atNs, clockNs.getAsLong());
    return Optional.of(new SocketWalk(ids, sockets, span, newcomers));
  }

  /** When it began. */
  long atNs() {
    return atNs;
  }

  /** How long it took. */
  long durationNs() {
    return durationNs;
  }

  /**
   * Whether the walk passed by a process: one of the same id that began later is another. Start
   * times count hundredths of a second, so whoever began in the walk's own counts as later.
   */
  boolean saw(int pid, long startTimeTicks) {
    return startTimeTicks < startTicks && Arrays.binarySearch(ids, pid) >= 0;
  }

  /** How many processes held a socket: none, one or {@link Integer#MAX_VALUE}. */
  int holdersOf(long inode) {
    int first = firstOf(inode);
    if (!isOf(first, inode)) {
      return 0;
    }
    for (int i = first + 1; isOf(i, inode); i++) {
      if (sockets[i] != sockets[first]) {
        return Integer.MAX_VALUE;
      }
    }
    return 1;
  }

  /** The one process that held a socket; ask only if {@link #holdersOf} says so. */
  int holderOf(long inode) {
    return (int) (sockets[firstOf(inode)] & ID_MASK);
  }

  /**
   * Whether no other process that was looked at can have the socket that this one has. A process
   * made since counts once it was looked at and had not got the socket yet: it opened it itself.
   */
  boolean isOwn(SocketHolder holder, long inode) {
    int holders = holdersOf(inode);
    if (saw(holder.pid(), holder.startTimeTicks())) {
      return holders == 0 || (holders == 1 && holderOf(inode) == holder.pid());
    }
    long[] first = firstLooks.get(holder.pid());
    return holders == 0 && first != null && Arrays.binarySearch(first, inode) < 0;
  }

  /**
   * Whether a process made since had a socket when it was first looked at. Once is enough: by the
   * time it can be seen it has all that it ever inherits, and its id is not given out again before
   * {@link #newcomers} cannot be told any more.
   */
  boolean inherited(ProcFs proc, int pid, long inode) {
    long[] first =
        firstLooks.computeIfAbsent(pid, id -> LongStream.of(proc.sockets(id)).sorted().toArray());
    return Arrays.binarySearch(first, inode) >= 0;
  }

  private int firstOf(long inode) {
    int place = Arrays.binarySearch(sockets, inode << ID_BITS);
    return place < 0 ? -place - 1 : place;
  }

  private boolean isOf(int place, long inode) {
    return place < sockets.length && sockets[place] >>> ID_BITS == inode;
  }

  /**
   * The processes made since, as far as they live.
   *
   * @param limit how many at most
   * @return their ids; empty if they are more or cannot be told
   */
  Optional<int[]> newcomers(int limit) {
    return newcomers.flatMap(them -> them.now(limit));
  }
}
