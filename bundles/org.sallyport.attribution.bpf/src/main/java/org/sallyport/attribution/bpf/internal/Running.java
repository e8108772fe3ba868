// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.attribution.process.Executables;
import org.sallyport.kernel.proc.FileState;
import org.sallyport.kernel.proc.ProcExecutable;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;

/**
 * The file a sender runs: by its execution, or, where that was not seen, through {@code /proc}
 * while the process is there. Thread-safe and bounded.
 */
final class Running {

  private static final int MOST = 4096;

  /**
   * What a sender runs.
   *
   * @param file the file
   * @param asExecuted whether its state is that of its execution, and not a later one
   * @param script what it was started for, an empty text if for itself; empty if not told
   */
  record Program(Executable file, boolean asExecuted, Optional<String> script) {}

  /**
   * A process between two executions. Its number and the clock tick of its start are not enough:
   * the next process may have both, and even its file may lie where the one before had its own.
   */
  private record Life(
      int pid, int executions, long startNs, long file, long inode, long deviceAndGeneration) {

    static Life of(ByteBuffer who) {
      return new Life(
          who.getInt(Layout.WHO_PROCESS),
          who.getInt(Layout.WHO_EXECUTIONS),
          who.getLong(Layout.WHO_START),
          who.getLong(Layout.WHO_FILE),
          who.getLong(Layout.WHO_INODE),
          who.getLong(Layout.WHO_DEVICE));
    }
  }

  private final ExecTable execs;
  private final ProcFs proc;
  private final Map<Life, Program> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Life, Program> eldest) {
          return size() > MOST;
        }
      };

  Running(ExecTable execs, ProcFs proc) {
    this.execs = execs;
    this.proc = proc;
  }

  /** The file, if that can be told without a doubt. A few system calls at most. */
  Optional<Program> of(TapRecord record) {
    ByteBuffer who = record.who();
    ProcessId process = Sender.process(who);
    Life life = Life.of(who);
    synchronized (known) {
      Program before = known.get(life);
      if (before != null) {
        return Optional.of(before);
      }
    }
    Optional<Program> found =
        execs
            .find(who)
            .map(file -> new Program(file, true, execs.script(who)))
            .or(() -> alive(process, who).map(file -> new Program(file, false, execs.script(who))));
    found.ifPresent(
        program -> {
          synchronized (known) {
            known.put(life, program);
          }
        });
    return found;
  }

  /** It may run another file by now: only the one that was noted counts. */
  private Optional<Executable> alive(ProcessId process, ByteBuffer who) {
    ProcRead<ProcExecutable> read = proc.executable(process.pid());
    if (!(read instanceof ProcRead.Done<ProcExecutable> done)) {
      return Optional.empty();
    }
    FileState file = done.value().file();
    boolean same =
        file.device() == ExecFile.device(who.getInt(Layout.WHO_DEVICE))
            && file.inode() == who.getLong(Layout.WHO_INODE)
            && isGeneration(file, Integer.toUnsignedLong(who.getInt(Layout.WHO_GENERATION)))
            && proc.isAlive(process.pid(), process.startTimeTicks());
    if (!same) {
      return Optional.empty();
    }
    return Optional.of(Executables.of(done.value()));
  }

  private static boolean isGeneration(FileState file, long generation) {
    return file.generation() == FileState.NO_GENERATION || file.generation() == generation;
  }
}
