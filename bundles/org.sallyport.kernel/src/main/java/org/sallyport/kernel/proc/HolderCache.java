// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which process held a socket, and which processes of a user matched lately and where
 * among their descriptors. Bounded: what was used longest ago goes first. Thread-safe; the lock is
 * held for a map access only.
 */
final class HolderCache {

  private static final int MAX_USERS = 256;
  private static final int MAX_PROCESSES_PER_USER = 16;
  private static final int MAX_DESCRIPTORS = 4;

  /** A holder and when it was last made sure that nobody else shares the socket. */
  record Entry(SocketHolder holder, long checkedNs) {}

  /**
   * A process that matched lately.
   *
   * @param pid its id
   * @param startTimeTicks when it started
   * @param descriptors where its sockets were, latest first
   * @param inode the latest of them
   * @param lowest the lowest of all that its sockets were
   */
  record Candidate(
      int pid, long startTimeTicks, List<Integer> descriptors, long inode, int lowest) {

    /** Programs use the lowest free number: an old one when a socket was closed, or the next. */
    List<Integer> guesses() {
      List<Integer> guesses = new ArrayList<>(descriptors);
      guesses.add(1, descriptors.get(0) + 1);
      return guesses;
    }

    SocketHolder holding(int descriptor) {
      return new SocketHolder(pid, startTimeTicks, descriptor);
    }

    private Candidate with(int descriptor, long latestInode) {
      List<Integer> latest = new ArrayList<>(List.of(descriptor));
      descriptors.stream()
          .filter(d -> d != descriptor)
          .limit(MAX_DESCRIPTORS - 1)
          .forEach(latest::add);
      return new Candidate(
          pid, startTimeTicks, List.copyOf(latest), latestInode, Math.min(lowest, descriptor));
    }
  }

  private final Map<Long, Entry> byInode;
  private final Map<Long, Map<Integer, Candidate>> byUser = new Lru<>(MAX_USERS);

  HolderCache(int maxSockets) {
    byInode = new Lru<>(maxSockets);
  }

  synchronized Optional<Entry> get(long inode) {
    return Optional.ofNullable(byInode.get(inode));
  }

  synchronized void put(long inode, long userId, Entry entry) {
    byInode.put(inode, entry);
    SocketHolder holder = entry.holder;
    Map<Integer, Candidate> processes =
        byUser.computeIfAbsent(userId, u -> new Lru<>(MAX_PROCESSES_PER_USER));
    Candidate known = processes.get(holder.pid());
    int pid = holder.pid();
    long startTicks = holder.startTimeTicks();
    boolean same = known != null && known.startTimeTicks == startTicks;
    processes.put(
        pid,
        same
            ? known.with(holder.descriptor(), inode)
            : new Candidate(
                pid, startTicks, List.of(holder.descriptor()), inode, holder.descriptor()));
  }

  /** Notes where a candidate's newest socket stands. */
  synchronized void moved(long userId, Candidate candidate, int descriptor, long inode) {
    Map<Integer, Candidate> processes = byUser.get(userId);
    if (processes != null) {
      processes.replace(candidate.pid(), candidate, candidate.with(descriptor, inode));
    }
  }

  synchronized void remove(long inode) {
    byInode.remove(inode);
  }

  /** Processes that matched lately for a user, latest first. */
  synchronized List<Candidate> candidates(long userId) {
    Map<Integer, Candidate> processes = byUser.get(userId);
    if (processes == null) {
      return List.of();
    }
    List<Candidate> latestFirst = new ArrayList<>(processes.values());
    Collections.reverse(latestFirst);
    return latestFirst;
  }

  synchronized void forget(long userId, int pid) {
    Map<Integer, Candidate> processes = byUser.get(userId);
    if (processes != null) {
      processes.remove(pid);
    }
  }

  private static final class Lru<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int limit;

    Lru(int limit) {
      super(16, 0.75f, true);
      this.limit = limit;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > limit;
    }
  }
}
