// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which process held a socket, and which processes of a user matched lately. Bounded:
 * what was used longest ago goes first. Thread-safe; the lock is held for a map access only.
 */
final class HolderCache {

  private static final int MAX_USERS = 256;
  private static final int MAX_PROCESSES_PER_USER = 16;

  /** A holder and when it was last made sure that nobody else shares the socket. */
  record Entry(SocketHolder holder, long checkedNs) {}

  private final Map<Long, Entry> byInode;
  private final Map<Long, Map<Integer, Long>> byUser = new Lru<>(MAX_USERS);

  HolderCache(int maxSockets) {
    byInode = new Lru<>(maxSockets);
  }

  synchronized Optional<Entry> get(long inode) {
    return Optional.ofNullable(byInode.get(inode));
  }

  synchronized void put(long inode, long userId, Entry entry) {
    byInode.put(inode, entry);
    byUser
        .computeIfAbsent(userId, u -> new Lru<>(MAX_PROCESSES_PER_USER))
        .put(entry.holder.pid(), entry.holder.startTimeTicks());
  }

  synchronized void remove(long inode) {
    byInode.remove(inode);
  }

  /** Processes that matched lately for a user: pid and start time, highest pid first. */
  synchronized List<Map.Entry<Integer, Long>> candidates(long userId) {
    Map<Integer, Long> processes = byUser.getOrDefault(userId, Map.of());
    return processes.entrySet().stream()
        .map(e -> Map.entry(e.getKey(), e.getValue()))
        .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
        .toList();
  }

  synchronized void forget(long userId, int pid) {
    byUser.getOrDefault(userId, new Lru<>(1)).remove(pid);
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
