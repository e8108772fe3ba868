// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ProcStat;
import org.sallyport.kernel.proc.SocketHolder;

/** Follows a process's parents up to the first process. */
public final class AncestorReader {

  private static final int MAX_DEPTH = 128;

  private final ProcFs proc;

  /**
   * Makes a reader.
   *
   * @param proc reads {@code /proc}
   */
  public AncestorReader(ProcFs proc) {
    this.proc = proc;
  }

  ProcRead<List<Ancestor>> of(SocketHolder holder) {
    return above(proc.stat(holder.pid()), new ArrayList<>());
  }

  /**
   * The ancestors of a process that may be gone.
   *
   * @param parent its parent, as the kernel told it while the process was there
   * @return the parent and its ancestors; failed if it has ended too
   */
  public ProcRead<List<Ancestor>> from(ProcessId parent) {
    ProcRead<ProcStat> found = proc.stat(parent.pid());
    if (!(found instanceof ProcRead.Done<ProcStat> known)
        || known.value().startTimeTicks() != parent.startTimeTicks()) {
      return new ProcRead.Failed<>("the parent ended meanwhile");
    }
    List<Ancestor> chain = new ArrayList<>();
    chain.add(ancestor(known.value()));
    return above(found, chain);
  }

  private ProcRead<List<Ancestor>> above(ProcRead<ProcStat> first, List<Ancestor> chain) {
    ProcRead<ProcStat> child = first;
    while (chain.size() < MAX_DEPTH) {
      if (!(child instanceof ProcRead.Done<ProcStat> done)) {
        return new ProcRead.Failed<>("a parent ended meanwhile");
      }
      int parentPid = done.value().parentPid();
      if (parentPid <= 0) {
        return new ProcRead.Done<>(List.copyOf(chain));
      }
      ProcRead<ProcStat> parent = proc.stat(parentPid);
      // a parent is older than its child: if not, the id went to a later process
      if (!(parent instanceof ProcRead.Done<ProcStat> known)
          || known.value().startTimeTicks() > done.value().startTimeTicks()) {
        return new ProcRead.Failed<>("a parent ended meanwhile");
      }
      chain.add(ancestor(known.value()));
      child = parent;
    }
    return new ProcRead.Failed<>("more than " + MAX_DEPTH + " ancestors");
  }

  private Ancestor ancestor(ProcStat stat) {
    ProcRead<Executable> file = proc.executable(stat.pid()).then(ProcessView::toApi);
    boolean still = proc.isAlive(stat.pid(), stat.startTimeTicks());
    Fact<Executable> executable =
        file instanceof ProcRead.Done<Executable> done && still
            ? new Fact.Known<>(done.value(), "/proc/PID/exe")
            : new Fact.Unknown<>("the ancestor's executable cannot be read");
    return new Ancestor(new ProcessId(stat.pid(), stat.startTimeTicks()), executable);
  }
}
