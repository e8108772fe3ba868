// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the sockets of processes stood among their descriptors when all of them were last looked
 * at. A look at thousands of descriptors takes milliseconds, so one serves all questions about
 * sockets that were open then. What it remembers is a hint, since descriptors and process ids are
 * used again; that a process does not hold a socket is never taken from memory. Bounded; a process
 * that was looked at longest ago goes first. Thread-safe.
 */
final class DescriptorIndex {

  private static final int MAX_PROCESSES = 16;

  /** Sockets of one process, 8 bytes each: one with more is looked at each time. */
  private static final int MAX_SOCKETS = 65_536;

  private final ProcFs proc;
  private final Map<Integer, long[]> places = new LinkedHashMap<>();

  DescriptorIndex(ProcFs proc) {
    this.proc = proc;
  }

  /** The descriptor that was that socket, or -1. Looks at nothing. */
  int hint(int pid, long inode) {
    long[] known;
    synchronized (places) {
      known = places.get(pid);
    }
    return known == null ? -1 : find(known, inode);
  }

  /** The descriptor that is that socket, or -1 if none is; looks at all of them if it must. */
  int descriptorOf(int pid, long inode) {
    int hint = hint(pid, inode);
    if (hint >= 0 && proc.holds(pid, hint, inode)) {
      return hint;
    }
    long[] now = proc.socketPlaces(pid);
    Arrays.sort(now);
    remember(pid, now);
    return find(now, inode);
  }

  private void remember(int pid, long[] now) {
    synchronized (places) {
      places.remove(pid);
      if (now.length > 0 && now.length <= MAX_SOCKETS) {
        places.put(pid, now);
      }
      if (places.size() > MAX_PROCESSES) {
        places.remove(places.keySet().iterator().next());
      }
    }
  }

  private static int find(long[] places, long inode) {
    int at = Arrays.binarySearch(places, inode << ProcFs.PLACE_BITS);
    int first = at < 0 ? -at - 1 : at;
    boolean found = first < places.length && places[first] >>> ProcFs.PLACE_BITS == inode;
    return found ? (int) (places[first] & ((1L << ProcFs.PLACE_BITS) - 1)) : -1;
  }
}
