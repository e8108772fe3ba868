// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.kernel.events.ProcessEvents;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcExecutable;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.SearchResult;
import org.sallyport.kernel.proc.SocketHolder;
import org.sallyport.kernel.proc.SocketSearch;

/** From a socket's inode to the subject. Thread-safe; one per source, so that all threads share. */
public final class ProcessFinder implements Closeable {

  private static final int MAX_SOCKETS = 32;

  private final ProcFs proc;
  private final SocketSearch search;
  private final Departures departures;
  private final String source;
  private final ProcessFacts facts;

  /**
   * Makes a finder.
   *
   * @param proc where facts are read
   * @param search finds a socket's holder; closed with this
   * @param events tells whether another than the holder may have sent; closed with this
   * @param source the name of the source
   */
  public ProcessFinder(ProcFs proc, SocketSearch search, ProcessEvents events, String source) {
    this.proc = proc;
    this.search = search;
    this.departures = new Departures(events, System::nanoTime);
    this.source = source;
    ExecutableHasher hasher = new ExecutableHasher(proc, Path.of("/"), System::nanoTime);
    facts = new ProcessFacts(proc, hasher, new CgroupPaths(proc), new Belonging(proc), source);
  }

  /**
   * The process, if that needs no search: an earlier one found it and that still holds, or the
   * socket is new and stands where a running program opened its last. For threads that must not
   * wait.
   *
   * @param inode the socket's inode
   * @param userId the user to look among
   * @param owner who opened it
   * @return a lazy view, or empty if a search is needed, or a closer look at who else may have sent
   */
  public Optional<SubjectView> findNow(long inode, long userId, Owner owner) {
    return search
        .quick(inode, userId)
        .filter(holder -> departures.doubt(holder, inode, owner.sent(), false).isEmpty())
        .map(holder -> new ProcessView(facts, holder, owner));
  }

  /**
   * The process that seems to hold a socket; see {@link SocketSearch#likely}.
   *
   * @param inode the socket's inode
   * @param userId the user to look among
   * @return the process, not verified, or empty if a closer look is needed
   */
  public Optional<ProcessId> likely(long inode, long userId) {
    return search.likely(inode, userId).map(h -> new ProcessId(h.pid(), h.startTimeTicks()));
  }

  /**
   * Searches for the process.
   *
   * @param inodes the sockets that may have sent; several count as one only if all their holders
   *     run the same file
   * @param userId the user to look among first
   * @param owner who opened the socket
   * @param deadlineNs the {@link System#nanoTime} at which to give up
   * @return a view that reads its other facts when asked, or unknown
   */
  public SubjectView find(List<Long> inodes, long userId, Owner owner, long deadlineNs) {
    if (inodes.isEmpty() || inodes.size() > MAX_SOCKETS) {
      return owner.unknown(inodes.size() + " sockets may have sent this", source);
    }
    Optional<SocketHolder> first = Optional.empty();
    Map<Long, SocketHolder> holders = new LinkedHashMap<>();
    for (long inode : inodes) {
      SearchResult result = search.search(inode, userId, deadlineNs);
      if (!(result instanceof SearchResult.Found found)) {
        return owner.unknown(reason(result), source);
      }
      if (first.isPresent() && !runTheSameFile(first.get(), found.holder())) {
        return owner.unknown("sockets of different programs share the port", source);
      }
      first = first.or(() -> Optional.of(found.holder()));
      holders.put(inode, found.holder());
    }
    ProcessView view = new ProcessView(facts, first.orElseThrow(), owner).atFirstSight();
    for (Map.Entry<Long, SocketHolder> held : holders.entrySet()) {
      Optional<String> doubt = departures.doubt(held.getValue(), held.getKey(), owner.sent(), true);
      if (doubt.isPresent()) {
        return owner.unknown(doubt.get(), source);
      }
    }
    return view;
  }

  private boolean runTheSameFile(SocketHolder one, SocketHolder other) {
    return proc.executable(one.pid()) instanceof ProcRead.Done<ProcExecutable> a
        && proc.executable(other.pid()) instanceof ProcRead.Done<ProcExecutable> b
        && a.value().isSameFileAs(b.value());
  }

  private static String reason(SearchResult result) {
    if (result instanceof SearchResult.Shared) {
      return "programs that run different files share the socket";
    }
    return result instanceof SearchResult.TimedOut
        ? "the search took too long"
        : "no process holds the socket any more";
  }

  /**
   * How the process events go, for people.
   *
   * @return a few words
   */
  public String figures() {
    return departures.figures();
  }

  /** Stops what searches and hashes in the background. */
  @Override
  public void close() {
    departures.close();
    search.close();
    facts.hasher().close();
  }
}
