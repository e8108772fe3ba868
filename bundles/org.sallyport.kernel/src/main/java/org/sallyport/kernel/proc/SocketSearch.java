// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Finds the process that holds a socket: first among those that matched lately for the same user,
 * then among all. Ids and inodes are used again by later processes and sockets, so nothing
 * remembered is believed before it was looked at once more. Thread-safe; a search may take
 * milliseconds, a look at what is remembered takes two system calls.
 *
 * <p>A socket held by processes that run different files has no certain sender: who opened it may
 * have left a copy in an orphan that runs something harmless, and go on sending. So a walk looks at
 * every process. A quick find rests on a walk not long ago: a socket that its holder did not hold
 * then is the holder's own, and only processes younger than the walk can have it handed down. What
 * a quick find cannot see is a socket that one old process sent to another which took it
 * (SCM_RIGHTS); the next walk sees it.
 */
public final class SocketSearch {

  /** How long a finding is believed before sharers are looked for again, in nanoseconds. */
  public static final long SHARING_CHECK_NS = TimeUnit.SECONDS.toNanos(5);

  private final ProcFs proc;
  private final LongSupplier clockNs;
  private final HolderCache cache;
  private final WalkMemory walked = new WalkMemory();
  private final LongAdder hits = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder candidateHits = new LongAdder();
  private final LongAdder walks = new LongAdder();
  private final LongAdder shared = new LongAdder();
  private final LongAdder notFound = new LongAdder();
  private final LongAdder timedOut = new LongAdder();

  /**
   * Makes a search.
   *
   * @param proc where to look
   * @param maxSockets how many findings to remember, 1 or more
   * @param clockNs {@link System#nanoTime}
   */
  public SocketSearch(ProcFs proc, int maxSockets, LongSupplier clockNs) {
    this.proc = proc;
    this.clockNs = clockNs;
    this.cache = new HolderCache(maxSockets);
  }

  /**
   * What an earlier search found, if it still holds.
   *
   * @param inode the socket's inode
   * @return the holder, verified; empty if a search is needed
   */
  public Optional<SocketHolder> remembered(long inode) {
    Optional<HolderCache.Entry> entry = cache.get(inode);
    if (entry.isEmpty() || clockNs.getAsLong() - entry.get().checkedNs() > SHARING_CHECK_NS) {
      return Optional.empty();
    }
    SocketHolder holder = entry.get().holder();
    if (!stillHolds(holder, inode)) {
      stale.increment();
      cache.remove(inode);
      return Optional.empty();
    }
    hits.increment();
    return Optional.of(holder);
  }

  private boolean stillHolds(SocketHolder holder, long inode) {
    return proc.holds(holder.pid(), holder.descriptor(), inode)
        && proc.isAlive(holder.pid(), holder.startTimeTicks());
  }

  /**
   * Searches for the holder.
   *
   * @param inode the socket's inode, not 0
   * @param userId the user to look among first
   * @param deadlineNs when to give up, on the clock given at the start
   * @return what was found
   */
  public SearchResult search(long inode, long userId, long deadlineNs) {
    try {
      return searchUntil(inode, userId, deadlineNs);
    } catch (DeadlinePassed e) {
      timedOut.increment();
      return new SearchResult.TimedOut();
    }
  }

  private SearchResult searchUntil(long inode, long userId, long deadlineNs) throws DeadlinePassed {
    for (Map.Entry<Integer, Long> candidate : cache.candidates(userId)) {
      check(deadlineNs);
      int pid = candidate.getKey();
      if (!proc.isAlive(pid, candidate.getValue())) {
        cache.forget(userId, pid);
        continue;
      }
      Optional<SocketHolder> holder = holderIn(pid, inode);
      if (holder.isPresent()) {
        long notBeforeNs = clockNs.getAsLong() - SHARING_CHECK_NS;
        Optional<Set<Integer>> before = walked.processesBefore(holder.get(), inode, notBeforeNs);
        if (before.isEmpty()) {
          break; // it may have inherited the socket, then others hold it who are no relatives now
        }
        candidateHits.increment();
        List<SocketHolder> holders = new ArrayList<>(List.of(holder.get()));
        addHoldingNewcomers(before.get(), inode, deadlineNs, holders);
        return conclude(holders, inode, userId);
      }
    }
    return walk(inode, userId, deadlineNs);
  }

  private SearchResult walk(long inode, long userId, long deadlineNs) throws DeadlinePassed {
    walks.increment();
    List<SocketHolder> holders = new ArrayList<>();
    int[] pids = proc.pids();
    for (int pid : pids) {
      check(deadlineNs);
      holderIn(pid, inode).ifPresent(holders::add);
    }
    SearchResult result = conclude(holders, inode, userId);
    if (result instanceof SearchResult.Found found) {
      SocketHolder holder = found.holder();
      walked.keep(holder, pids, proc.sockets(holder.pid()), clockNs.getAsLong());
    }
    return result;
  }

  private void addHoldingNewcomers(
      Set<Integer> before, long inode, long deadlineNs, List<SocketHolder> holders)
      throws DeadlinePassed {
    for (int pid : proc.pids()) {
      if (!before.contains(pid)) {
        check(deadlineNs);
        holderIn(pid, inode).ifPresent(holders::add);
      }
    }
  }

  /** The start time is read before and after, so that it belongs to the process that was seen. */
  private Optional<SocketHolder> holderIn(int pid, long inode) {
    int descriptor = proc.descriptorOf(pid, inode);
    if (descriptor < 0 || !(proc.stat(pid) instanceof ProcRead.Done<ProcStat> stat)) {
      return Optional.empty();
    }
    SocketHolder holder = new SocketHolder(pid, stat.value().startTimeTicks(), descriptor);
    return stillHolds(holder, inode) ? Optional.of(holder) : Optional.empty();
  }

  private Optional<ProcExecutable> executable(int pid) {
    return proc.executable(pid) instanceof ProcRead.Done<ProcExecutable> done
        ? Optional.of(done.value())
        : Optional.empty();
  }

  private SearchResult conclude(List<SocketHolder> holders, long inode, long userId) {
    if (holders.isEmpty()) {
      notFound.increment();
      cache.remove(inode);
      return new SearchResult.NotFound();
    }
    if (holders.size() > 1 && !allRunTheSameFile(holders)) {
      shared.increment();
      cache.remove(inode);
      return new SearchResult.Shared();
    }
    SocketHolder first = holders.get(0);
    cache.put(inode, userId, new HolderCache.Entry(first, clockNs.getAsLong()));
    return new SearchResult.Found(first);
  }

  private boolean allRunTheSameFile(List<SocketHolder> holders) {
    Optional<ProcExecutable> first = executable(holders.get(0).pid());
    return first.isPresent()
        && holders.stream()
            .allMatch(h -> executable(h.pid()).filter(first.get()::isSameFileAs).isPresent());
  }

  private void check(long deadlineNs) throws DeadlinePassed {
    if (clockNs.getAsLong() - deadlineNs >= 0) {
      throw new DeadlinePassed();
    }
  }

  /**
   * How searches went so far.
   *
   * @return the counts
   */
  public SearchCounters counters() {
    return new SearchCounters(
        hits.sum(),
        stale.sum(),
        candidateHits.sum(),
        walks.sum(),
        shared.sum(),
        notFound.sum(),
        timedOut.sum());
  }

  /** Ends a search from any depth; carries nothing. */
  private static final class DeadlinePassed extends Exception {
    private static final long serialVersionUID = 1L;

    DeadlinePassed() {
      super(null, null, false, false);
    }
  }
}
