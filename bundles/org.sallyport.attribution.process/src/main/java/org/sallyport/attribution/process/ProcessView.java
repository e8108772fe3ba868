// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.util.List;
import java.util.function.Supplier;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcExecutable;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ProcStat;
import org.sallyport.kernel.proc.SocketHolder;

/**
 * A process that holds a socket. Facts are read when first asked and kept for this one view: a
 * process may run another program by the time of its next flow. After each read the process is
 * looked at again, so that no fact of a later process with the same id slips in. Not thread-safe.
 */
final class ProcessView implements SubjectView {

  private final ProcessFacts facts;
  private final ProcFs proc;
  private final SocketHolder holder;
  private final Owner owner;
  private final String source;
  private Fact<Executable> executable;
  private Fact<String> sha256;
  private Fact<Long> capabilities;
  private Fact<String> processName;
  private Fact<String> commandLine;
  private Fact<Long> processUserId;
  private Fact<String> cgroup;
  private Fact<List<Ancestor>> ancestors;

  /**
   * Makes a view; reads nothing yet.
   *
   * @param facts where facts are read
   * @param holder the process, verified
   * @param owner who opened the socket
   */
  ProcessView(ProcessFacts facts, SocketHolder holder, Owner owner) {
    this.facts = facts;
    this.proc = facts.proc();
    this.holder = holder;
    this.owner = owner;
    this.source = facts.source();
  }

  /** Reads the executable while the process is known to be there, and has it hashed if wanted. */
  ProcessView atFirstSight() {
    Fact<Executable> unused = executable();
    if (facts.hasher().isWanted()) {
      Fact<String> unusedYet = sha256();
    }
    return this;
  }

  @Override
  public Subject seen() {
    return new Subject(
        kind(),
        userId(),
        groupId(),
        process(),
        orUnread(executable),
        orUnread(sha256),
        orUnread(capabilities),
        orUnread(processName),
        orUnread(commandLine),
        orUnread(processUserId),
        orUnread(cgroup),
        orUnread(ancestors),
        source);
  }

  private static <T> Fact<T> orUnread(Fact<T> fact) {
    return fact == null ? new Fact.Unknown<>("no rule asked for it") : fact;
  }

  @Override
  public SubjectKind kind() {
    return SubjectKind.PROCESS;
  }

  @Override
  public Fact<Long> userId() {
    return owner.userId();
  }

  @Override
  public Fact<Long> groupId() {
    return owner.groupId();
  }

  @Override
  public Fact<ProcessId> process() {
    return new Fact.Known<>(new ProcessId(holder.pid(), holder.startTimeTicks()), source);
  }

  @Override
  public Fact<Executable> executable() {
    if (executable == null) {
      executable = read("exe", () -> proc.executable(holder.pid()).then(ProcessView::toApi));
    }
    return executable;
  }

  static ProcRead<Executable> toApi(ProcExecutable executable) {
    return new ProcRead.Done<>(Executables.of(executable));
  }

  /** Pending is asked for again, whatever else this view keeps. */
  @Override
  public Fact<String> sha256() {
    if (sha256 == null || sha256 instanceof Fact.Pending) {
      sha256 =
          executable() instanceof Fact.Known<Executable> known
              ? facts.hasher().of(holder.pid(), Executables.stateOf(known.value().file()))
              : new Fact.Unknown<>("the program's file is not known");
    }
    return sha256;
  }

  @Override
  public Fact<Long> capabilities() {
    if (capabilities == null) {
      capabilities = read("status", () -> proc.capabilities(holder.pid()));
    }
    return capabilities;
  }

  @Override
  public Fact<String> processName() {
    if (processName == null) {
      processName = read("stat", () -> proc.stat(holder.pid()).then(ProcessView::nameOf));
    }
    return processName;
  }

  private static ProcRead<String> nameOf(ProcStat stat) {
    return new ProcRead.Done<>(stat.name());
  }

  @Override
  public Fact<String> commandLine() {
    if (commandLine == null) {
      commandLine = read("cmdline", () -> proc.commandLine(holder.pid()));
    }
    return commandLine;
  }

  @Override
  public Fact<Long> processUserId() {
    if (processUserId == null) {
      processUserId = read("status", () -> proc.realUserId(holder.pid()));
    }
    return processUserId;
  }

  @Override
  public Fact<String> cgroup() {
    if (cgroup == null) {
      CgroupPaths.Answer answer =
          owner.cgroupId().isPresent()
              ? facts.cgroups().pathOf(owner.cgroupId().getAsLong())
              : new CgroupPaths.Answer.NotTold();
      if (answer instanceof CgroupPaths.Answer.Found found) {
        cgroup = new Fact.Known<>(found.path(), "sock_diag");
      } else if (answer instanceof CgroupPaths.Answer.Removed) {
        cgroup = new Fact.Unknown<>("the cgroup of the socket was removed");
      } else {
        cgroup = read("cgroup", () -> proc.cgroup(holder.pid()));
      }
    }
    return cgroup;
  }

  @Override
  public Fact<List<Ancestor>> ancestors() {
    if (ancestors == null) {
      ancestors = read("stat", () -> new AncestorReader(proc).of(holder));
    }
    return ancestors;
  }

  @Override
  public String source() {
    return source;
  }

  private <T> Fact<T> read(String file, Supplier<ProcRead<T>> reading) {
    ProcRead<T> result = reading.get();
    if (result instanceof ProcRead.Failed<T> failed) {
      return new Fact.Unknown<>("/proc/PID/" + file + ": " + failed.reason());
    }
    if (result instanceof ProcRead.Done<T> done
        && proc.isAlive(holder.pid(), holder.startTimeTicks())) {
      return new Fact.Known<>(done.value(), "/proc/PID/" + file);
    }
    return new Fact.Unknown<>("the process is gone");
  }
}
