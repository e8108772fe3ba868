// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.sallyport.kernel.proc.HolderCache.Candidate;

/**
 * Finds the process that holds a socket: first among those that matched lately for the same user,
 * then among all. Ids and inodes are used again by later processes and sockets, so nothing
 * remembered is believed before it was looked at once more. Thread-safe; a walk may take
 * milliseconds, a quick find takes some ten system calls whatever else runs, and a look at what is
 * remembered takes two.
 *
 * <p>A socket held by processes that run different files has no certain sender: who opened it may
 * have left a copy in an orphan that runs something harmless, and go on sending. So a walk looks at
 * every process. A quick find rests on a walk at most {@link #SHARING_CHECK_NS} old: a socket that
 * nobody held then, or nobody else, is the own one of a holder that lived then, and only processes
 * made since can have it handed down; those are all looked at. What a quick find cannot see is a
 * socket that one old process sent to another which took it since the walk (SCM_RIGHTS,
 * pidfd_getfd); the next walk sees it.
 */
public final class SocketSearch implements AutoCloseable {

  /** How long a finding is believed before sharers are looked for again, in nanoseconds. */
  public static final long SHARING_CHECK_NS = TimeUnit.SECONDS.toNanos(5);

  /** How much a find may look at before a walk is needed. */
  private enum Effort {
    /** Descriptors where the last sockets were; few processes younger than the walk. */
    SHORT(64),
    /** All descriptors of processes that matched lately. */
    LONG(512);

    private final int maxNewcomers;

    Effort(int maxNewcomers) {
      this.maxNewcomers = maxNewcomers;
    }
  }

  private static final SearchResult NOT_FOUND = new SearchResult.NotFound();

  private final ProcFs proc;
  private final ProcessList processes;
  private final LongSupplier clockNs;
  private final HolderCache cache;
  private final DescriptorIndex index;
  private final DescriptorGuess guess;
  private final SearchWalks walked;
  private final SearchTally tally = new SearchTally();

  /**
   * Makes a search.
   *
   * @param proc where to look
   * @param maxSockets how many findings to remember, 1 or more
   * @param clockNs {@link System#nanoTime}
   */
  public SocketSearch(ProcFs proc, int maxSockets, LongSupplier clockNs) {
    this.proc = proc;
    this.processes = new ProcessList(proc.root());
    this.clockNs = clockNs;
    this.cache = new HolderCache(maxSockets);
    this.index = new DescriptorIndex(proc);
    this.guess = new DescriptorGuess(proc, cache, index, clockNs);
    this.walked = new SearchWalks(SHARING_CHECK_NS, clockNs, this::renewWalk);
  }

  private void renewWalk() {
    tally.walks.increment();
    SocketWalk.make(proc, processes, clockNs, (pid, sockets) -> !Thread.interrupted())
        .ifPresent(walked::put);
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
      tally.stale.increment();
      cache.remove(inode);
      return Optional.empty();
    }
    tally.hits.increment();
    return Optional.of(holder);
  }

  /**
   * Whether the holder has the socket: an id that belongs to the same process after the look did so
   * before it too.
   */
  private boolean stillHolds(SocketHolder holder, long inode) {
    return proc.holds(holder.pid(), holder.descriptor(), inode)
        && proc.isAlive(holder.pid(), holder.startTimeTicks());
  }

  /**
   * What is remembered, or a find that needs no long look: the socket is new and stands where one
   * of the user's programs opened its last. For threads that must not wait.
   *
   * @param inode the socket's inode, not 0
   * @param userId the user to look among
   * @return the holder, verified; empty if a search is needed
   */
  public Optional<SocketHolder> quick(long inode, long userId) {
    Optional<SocketHolder> known = remembered(inode);
    if (known.isPresent()) {
      return known;
    }
    try {
      return find(inode, userId, Effort.SHORT, Long.MAX_VALUE).orElse(NOT_FOUND)
              instanceof SearchResult.Found found
          ? Optional.of(found.holder())
          : Optional.empty();
    } catch (DeadlinePassed e) {
      return Optional.empty();
    }
  }

  /**
   * Who seems to hold a socket: it stands where one would think, and nothing else was looked at.
   * One or a few system calls.
   *
   * @param inode the socket's inode, not 0
   * @param userId the user to look among
   * @return the holder, not verified; empty if it stands elsewhere
   */
  public Optional<SocketHolder> likely(long inode, long userId) {
    Optional<DescriptorGuess.Place> place = guess.find(userId, inode);
    place.ifPresent(p -> cache.moved(userId, p.candidate(), p.descriptor(), inode));
    return place.map(p -> p.candidate().holding(p.descriptor()));
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
      Optional<SearchResult> found = find(inode, userId, Effort.LONG, deadlineNs);
      return found.isPresent() ? found.get() : walk(inode, userId, deadlineNs);
    } catch (DeadlinePassed e) {
      tally.timedOut.increment();
      return new SearchResult.TimedOut();
    }
  }

  /** Empty if only a walk can tell. */
  private Optional<SearchResult> find(long inode, long userId, Effort effort, long deadlineNs)
      throws DeadlinePassed {
    Optional<SocketWalk> walk = walked.recent();
    if (walk.isEmpty() || walk.get().holdersOf(inode) > 1) {
      return Optional.empty(); // each of them has to be looked at
    }
    Optional<SocketHolder> holder = guessed(inode, userId);
    if (holder.isEmpty() && effort == Effort.LONG) {
      holder =
          walk.get().holdersOf(inode) == 1
              ? holderIn(walk.get().holderOf(inode), inode)
              : among(cache.candidates(userId), inode, userId, deadlineNs);
    }
    Optional<int[]> newcomers =
        holder.isEmpty() ? Optional.empty() : walk.get().newcomers(effort.maxNewcomers);
    if (newcomers.isEmpty()) {
      return Optional.empty();
    }
    if (newcomers.get().length > 0) {
      walked.renewForNewcomers(walk.get());
    }
    List<SocketHolder> holders = new ArrayList<>(List.of(holder.get()));
    for (int pid : newcomers.get()) {
      check(deadlineNs);
      if (walk.get().inherited(proc, pid, inode)) {
        holderIn(pid, inode).ifPresent(holders::add);
      }
    }
    if (!walk.get().isOwn(holder.get(), inode)) {
      return Optional.empty();
    }
    tally.candidateHits.increment();
    return Optional.of(conclude(holders, inode, userId));
  }

  private Optional<SocketHolder> guessed(long inode, long userId) {
    return guess.find(userId, inode).flatMap(p -> verified(p.candidate(), p.descriptor(), userId));
  }

  private Optional<SocketHolder> among(
      List<Candidate> candidates, long inode, long userId, long deadlineNs) throws DeadlinePassed {
    for (Candidate candidate : candidates) {
      check(deadlineNs);
      int descriptor = index.descriptorOf(candidate.pid(), inode);
      if (descriptor >= 0) {
        return verified(candidate, descriptor, userId);
      }
    }
    return Optional.empty();
  }

  private Optional<SocketHolder> verified(Candidate candidate, int descriptor, long userId) {
    SocketHolder holder = candidate.holding(descriptor);
    if (proc.isAlive(holder.pid(), holder.startTimeTicks())) {
      return Optional.of(holder);
    }
    cache.forget(userId, holder.pid()); // its id belongs to another process now
    return Optional.empty();
  }

  private SearchResult walk(long inode, long userId, long deadlineNs) throws DeadlinePassed {
    tally.walks.increment();
    List<SocketHolder> holders = new ArrayList<>();
    Optional<SocketWalk> whole =
        SocketWalk.make(
            proc,
            processes,
            clockNs,
            (pid, sockets) -> {
              if (LongStream.of(sockets).anyMatch(held -> held == inode)) {
                holderIn(pid, inode).ifPresent(holders::add);
              }
              return clockNs.getAsLong() - deadlineNs < 0;
            });
    check(deadlineNs);
    whole.ifPresent(walked::put);
    return conclude(holders, inode, userId);
  }

  /** The start time is read before and after, so that it belongs to the process that was seen. */
  private Optional<SocketHolder> holderIn(int pid, long inode) {
    int descriptor = index.descriptorOf(pid, inode);
    if (descriptor < 0 || !(proc.stat(pid) instanceof ProcRead.Done<ProcStat> stat)) {
      return Optional.empty();
    }
    SocketHolder holder = new SocketHolder(pid, stat.value().startTimeTicks(), descriptor);
    return stillHolds(holder, inode) ? Optional.of(holder) : Optional.empty();
  }

  private SearchResult conclude(List<SocketHolder> holders, long inode, long userId) {
    if (holders.isEmpty()) {
      tally.notFound.increment();
      cache.remove(inode);
      return NOT_FOUND;
    }
    if (holders.size() > 1 && !SameFile.isRunByAll(proc, holders)) {
      tally.shared.increment();
      cache.remove(inode);
      return new SearchResult.Shared();
    }
    SocketHolder first = holders.get(0);
    cache.put(inode, userId, new HolderCache.Entry(first, clockNs.getAsLong()));
    return new SearchResult.Found(first);
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
    return tally.counters();
  }

  /** Ends the background walks; a search after this still works. */
  @Override
  public void close() {
    walked.close();
  }

  /** Ends a search from any depth; carries nothing. */
  private static final class DeadlinePassed extends Exception {
    private static final long serialVersionUID = 1L;

    DeadlinePassed() {
      super(null, null, false, false);
    }
  }
}
