// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a walk through all processes saw besides the socket it was for. A program that was alive
 * then cannot inherit a socket any more: what it holds now and did not hold then it opened itself,
 * and only processes that have started since can have inherited it from there. Thread-safe.
 */
final class WalkMemory {

  private static final int MAX_PROCESSES = 64;
  private static final int MAX_SOCKETS = 4096;

  private final Map<SocketHolder, Walk> byProcess =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SocketHolder, Walk> eldest) {
          return size() > MAX_PROCESSES;
        }
      };

  /** A walk: all processes before it, and the sockets one of them held after it. */
  private record Walk(Set<Integer> pids, Set<Long> sockets, long atNs) {}

  /**
   * Keeps a walk for a process it named.
   *
   * @param holder the process
   * @param pids all processes, as listed before the walk
   * @param sockets the process's sockets, as read after the walk
   * @param nowNs when
   */
  synchronized void keep(SocketHolder holder, int[] pids, Set<Long> sockets, long nowNs) {
    if (sockets.size() <= MAX_SOCKETS) {
      Set<Integer> seen = IntStream.of(pids).boxed().collect(Collectors.toUnmodifiableSet());
      byProcess.put(process(holder), new Walk(seen, sockets, nowNs));
    }
  }

  /**
   * The processes of the walk after which a process opened a socket.
   *
   * @param holder the process
   * @param inode the socket
   * @param notBeforeNs how old the walk may be
   * @return their ids; empty if the socket may be older than any walk
   */
  synchronized Optional<Set<Integer>> processesBefore(
      SocketHolder holder, long inode, long notBeforeNs) {
    return Optional.ofNullable(byProcess.get(process(holder)))
        .filter(walk -> walk.atNs - notBeforeNs >= 0 && !walk.sockets.contains(inode))
        .map(Walk::pids);
  }

  /** The descriptor says nothing about the process. */
  private static SocketHolder process(SocketHolder holder) {
    return new SocketHolder(holder.pid(), holder.startTimeTicks(), 0);
  }
}
