// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.sallyport.api.subject.Subject;
import org.sallyport.attribution.process.ProcessFinder;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.SocketSearch;
import org.sallyport.kernel.proc.SocketTable;

/**
 * What all lookups of the source share, so that the packet thread sees what a worker found.
 * Thread-safe and bounded: what was used longest ago goes first.
 */
final class Findings {

  private static final int MAX_SOCKETS = 8192;
  private static final int MAX_SUBJECTS = 512;

  private final ProcessFinder finder;
  private final SocketTable table;
  private final LongSupplier clockNs;
  private final Map<Long, Long> aloneSinceNs = new Lru<>(MAX_SOCKETS);
  private final Map<Long, Subject> subjects = new Lru<>(MAX_SUBJECTS);

  Findings(ProcFs proc, LongSupplier clockNs) {
    this.clockNs = clockNs;
    this.table = new SocketTable(proc);
    this.finder =
        new ProcessFinder(proc, new SocketSearch(proc, MAX_SOCKETS, clockNs), SockdiagSource.NAME);
  }

  ProcessFinder finder() {
    return finder;
  }

  SocketTable table() {
    return table;
  }

  /** Notes that a socket was just seen to share its port with no other. */
  void markAlone(long cookie) {
    synchronized (aloneSinceNs) {
      aloneSinceNs.put(cookie, clockNs.getAsLong());
    }
  }

  /** Whether that was seen lately; others may have joined since. */
  boolean isAlone(long cookie) {
    synchronized (aloneSinceNs) {
      Long sinceNs = aloneSinceNs.get(cookie);
      return sinceNs != null && clockNs.getAsLong() - sinceNs <= SocketSearch.SHARING_CHECK_NS;
    }
  }

  /** Keeps the subject of a socket for what the socket still sends once its program closed it. */
  void keep(long cookie, Subject subject) {
    synchronized (subjects) {
      subjects.put(cookie, subject);
    }
  }

  Optional<Subject> kept(long cookie) {
    synchronized (subjects) {
      return Optional.ofNullable(subjects.get(cookie));
    }
  }

  private static final class Lru<V> extends LinkedHashMap<Long, V> {
    private static final long serialVersionUID = 1L;
    private final int limit;

    Lru(int limit) {
      super(16, 0.75f, true);
      this.limit = limit;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
      return size() > limit;
    }
  }
}
