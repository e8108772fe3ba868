// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.io.Closeable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.PortlessSockets;
import org.sallyport.attribution.process.ProcessFinder;
import org.sallyport.kernel.events.ProcessEvents;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.SocketSearch;
import org.sallyport.kernel.proc.SocketTable;

/**
 * What all lookups of the source share, so that the packet thread sees what a worker found.
 * Thread-safe and bounded: what was used longest ago goes first.
 */
final class Findings implements Closeable {

  private static final int MAX_SOCKETS = 8192;
  private static final int MAX_SUBJECTS = 512;

  /**
   * How long a port is believed to have no second sender. One who joins in that time gains only
   * where the first has packets on their way at that very moment.
   */
  private static final long SOLE_SENDER_NS = 100_000_000L;

  private final ProcessFinder finder;
  private final SocketTable table;
  private final PortlessSockets portless;
  private final LongSupplier clockNs;
  private final VainSearches vain;
  private final Map<Long, Long> aloneSinceNs = new Lru<>(MAX_SOCKETS);
  private final Map<Long, Long> soleSinceNs = new Lru<>(MAX_SOCKETS);
  private final Map<Long, Subject> subjects = new Lru<>(MAX_SUBJECTS);

  Findings(ProcFs proc, LongSupplier clockNs) {
    this.clockNs = clockNs;
    this.vain = new VainSearches(clockNs);
    this.table = new SocketTable(proc);
    this.finder =
        new ProcessFinder(
            proc,
            new SocketSearch(proc, MAX_SOCKETS, clockNs),
            ProcessEvents.share(),
            SockdiagSource.NAME);
    this.portless = new PortlessSockets(table, finder, SockdiagSource.NAME);
  }

  ProcessFinder finder() {
    return finder;
  }

  PortlessSockets portless() {
    return portless;
  }

  VainSearches vain() {
    return vain;
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

  /** Notes that a socket was just seen to be its owner's only one that can send from a port. */
  void markSoleSender(long cookie, int port) {
    synchronized (soleSinceNs) {
      soleSinceNs.put(senderKey(cookie, port), clockNs.getAsLong());
    }
  }

  /** Whether that was seen a moment ago. */
  boolean isSoleSender(long cookie, int port) {
    synchronized (soleSinceNs) {
      Long sinceNs = soleSinceNs.get(senderKey(cookie, port));
      return sinceNs != null && clockNs.getAsLong() - sinceNs <= SOLE_SENDER_NS;
    }
  }

  /** The kernel counts cookies up from 1; a socket may change its port. */
  private static long senderKey(long cookie, int port) {
    return cookie << Short.SIZE | port;
  }

  /** Keeps the subject of a socket for what the socket still sends once its program closed it. */
  void keep(long cookie, Subject subject) {
    synchronized (subjects) {
      subjects.put(cookie, subject);
    }
  }

  /** Keeps what was found at first sight; its executable is read for that. */
  void keepFirst(long cookie, SubjectView subject) {
    if (kept(cookie).isEmpty()) {
      Fact<Executable> unused = subject.executable();
      keep(cookie, subject.seen());
    }
  }

  Optional<Subject> kept(long cookie) {
    synchronized (subjects) {
      return Optional.ofNullable(subjects.get(cookie));
    }
  }

  /** Stops what runs in the background. */
  @Override
  public void close() {
    finder.close();
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
