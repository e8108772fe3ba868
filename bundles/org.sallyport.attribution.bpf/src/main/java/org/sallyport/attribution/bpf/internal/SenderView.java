// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.util.List;
import java.util.function.Supplier;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Belonging;
import org.sallyport.attribution.process.Executables;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.FileState;
import org.sallyport.kernel.proc.ProcRead;

/**
 * A sender the kernel noted. What it noted is known however short the process lived; the rest is
 * read when first asked, while the process is there. Not thread-safe.
 */
final class SenderView implements SubjectView {

  private static final String SOURCE = BpfSource.NAME;
  private static final String NOTED = "the kernel's note at sending";

  private final Facts facts;
  private final Sender sender;
  private final Fact<Executable> executable;
  private final boolean asExecuted;
  private final Fact<String> script;
  private Fact<String> sha256;
  private Fact<Long> capabilities;
  private Fact<String> commandLine;
  private Fact<String> cgroup;
  private Fact<List<Ancestor>> ancestors;
  private Fact<String> app;

  SenderView(Facts facts, Sender sender, Running.Program program) {
    this.facts = facts;
    this.sender = sender;
    executable = new Fact.Known<>(program.file(), NOTED);
    asExecuted = program.asExecuted();
    script =
        program.script().isPresent()
            ? new Fact.Known<>(program.script().get(), "the kernel's note of the execution")
            : new Fact.Unknown<>("its execution was not seen");
  }

  /** Has the file hashed if anybody ever asked for hashes: the process may be gone soon. */
  SenderView atFirstSight() {
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
        executable,
        orUnread(sha256),
        orUnread(capabilities),
        processName(),
        orUnread(commandLine),
        processUserId(),
        orUnread(cgroup),
        orUnread(ancestors),
        processGroupId(),
        script,
        orUnread(app),
        Belonging.container(orUnread(cgroup)),
        SOURCE);
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
    return owner(sender.ownerUser());
  }

  @Override
  public Fact<Long> groupId() {
    return owner(sender.ownerGroup());
  }

  private static Fact<Long> owner(long id) {
    return id == PacketView.UNKNOWN_ID
        ? new Fact.Unknown<>("the kernel did not tell it with the packet")
        : new Fact.Known<>(id, "nfqueue");
  }

  @Override
  public Fact<ProcessId> process() {
    return new Fact.Known<>(sender.process(), NOTED);
  }

  @Override
  public Fact<Executable> executable() {
    return executable;
  }

  /** Pending is asked for again, whatever else this view keeps. */
  @Override
  public Fact<String> sha256() {
    if ((sha256 == null || sha256 instanceof Fact.Pending)
        && executable instanceof Fact.Known<Executable> known) {
      FileState file = Executables.stateOf(known.value().file());
      sha256 = asExecuted ? facts.hasher().asExecuted(pid(), file) : facts.hasher().of(pid(), file);
    }
    return sha256;
  }

  @Override
  public Fact<Long> capabilities() {
    if (capabilities == null) {
      capabilities = read("status", () -> facts.proc().capabilities(pid()));
    }
    return capabilities;
  }

  @Override
  public Fact<String> processName() {
    return new Fact.Known<>(sender.name(), NOTED);
  }

  @Override
  public Fact<String> commandLine() {
    if (commandLine == null) {
      commandLine = read("cmdline", () -> facts.proc().commandLine(pid()));
    }
    return commandLine;
  }

  @Override
  public Fact<Long> processUserId() {
    return new Fact.Known<>(sender.userId(), NOTED);
  }

  @Override
  public Fact<String> cgroup() {
    if (cgroup == null) {
      CgroupPaths.Answer answer =
          sender.cgroup().isPresent()
              ? facts.cgroups().pathOf(sender.cgroup().getAsLong())
              : new CgroupPaths.Answer.NotTold();
      if (answer instanceof CgroupPaths.Answer.Found found) {
        cgroup = new Fact.Known<>(found.path(), NOTED);
      } else if (answer instanceof CgroupPaths.Answer.Removed) {
        cgroup = new Fact.Unknown<>("the cgroup of the socket was removed");
      } else {
        cgroup = read("cgroup", () -> facts.proc().cgroup(pid()));
      }
    }
    return cgroup;
  }

  @Override
  public Fact<List<Ancestor>> ancestors() {
    if (ancestors == null) {
      ProcRead<List<Ancestor>> chain = facts.ancestors().from(sender.parent());
      ancestors =
          chain instanceof ProcRead.Done<List<Ancestor>> done
              ? new Fact.Known<>(done.value(), "/proc/PID/stat")
              : new Fact.Unknown<>("a parent ended meanwhile");
    }
    return ancestors;
  }

  @Override
  public Fact<Long> processGroupId() {
    return new Fact.Known<>(sender.groupId(), NOTED);
  }

  @Override
  public Fact<String> script() {
    return script;
  }

  @Override
  public Fact<String> app() {
    if (app == null) {
      app = facts.belonging().app(cgroup(), executable, sender.process());
    }
    return app;
  }

  @Override
  public Fact<String> container() {
    return Belonging.container(cgroup());
  }

  @Override
  public String source() {
    return SOURCE;
  }

  private int pid() {
    return sender.process().pid();
  }

  private <T> Fact<T> read(String file, Supplier<ProcRead<T>> reading) {
    ProcRead<T> result = reading.get();
    if (result instanceof ProcRead.Failed<T> failed) {
      return new Fact.Unknown<>("/proc/PID/" + file + ": " + failed.reason());
    }
    if (result instanceof ProcRead.Done<T> done
        && facts.proc().isAlive(pid(), sender.process().startTimeTicks())) {
      return new Fact.Known<>(done.value(), "/proc/PID/" + file);
    }
    return new Fact.Unknown<>("the process is gone");
  }
}
