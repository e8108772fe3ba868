// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.procfs.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.attribution.process.ProcessFinder;
import org.sallyport.kernel.events.ProcessEvents;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.SocketSearch;
import org.sallyport.kernel.proc.SocketTable;

/** Offers attribution by {@code /proc} alone as a service, for kernels without sock_diag. */
@Component(service = SubjectSource.class, property = "service.ranking:Integer=100")
public final class ProcfsSource implements SubjectSource {

  /** The source's name. */
  static final String NAME = "procfs";

  private static final int MAX_SOCKETS = 8192;

  private final SocketTable table;
  private final ProcessFinder finder;

  /** Makes the source for this host's processes. */
  @Activate
  public ProcfsSource() {
    this(new ProcFs(ProcFs.ROOT));
  }

  ProcfsSource(ProcFs proc) {
    table = new SocketTable(proc);
    SocketSearch search = new SocketSearch(proc, MAX_SOCKETS, System::nanoTime);
    finder = new ProcessFinder(proc, search, ProcessEvents.share(), NAME);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SubjectLookup open() {
    return new ProcfsLookup(table, finder);
  }

  @Override
  public String figures() {
    return finder.figures();
  }

  /** Stops what searches and hashes in the background; lookups still open find less. */
  @Deactivate
  void close() {
    finder.close();
  }
}
