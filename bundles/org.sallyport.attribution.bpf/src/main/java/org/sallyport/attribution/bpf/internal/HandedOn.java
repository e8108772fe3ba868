// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Executables;
import org.sallyport.kernel.proc.ProcExecutable;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;

/**
 * Datagrams that another process sent than the one that connected their socket: it was inherited or
 * handed over. The next source can only find who holds the socket by now, and the sender may be
 * gone; so what it says counts only if it names the very process that ran, or one that runs the
 * same file as that does; and only if who ran has executed nothing since. Bounded, thread-safe.
 */
final class HandedOn {

  private static final int MOST = 1 << 12;
  private static final ProcessId NOBODY = new ProcessId(Integer.MAX_VALUE, Long.MAX_VALUE);

  /** Tells whether processes became other programs. */
  @FunctionalInterface
  interface Executions {
    /** Whether a process executed something after a moment of {@link System#nanoTime}. */
    boolean since(int pid, long timeNs);
  }

  /** Who ran as a packet passed, and when. */
  private record Runner(ProcessId process, long timeNs) {}

  private final ProcFs proc;
  private final Executions executions;
  private final LongSupplier clockNs;
  private final RecordTable table = new RecordTable(MOST);

  /** Of those that had to go, whose packets may still wait. */
  private final Doubts forgotten = new Doubts();

  /**
   * Knows of none yet.
   *
   * @param proc reads {@code /proc}
   * @param executions tells what is executed
   * @param clockNs {@link System#nanoTime}
   */
  HandedOn(ProcFs proc, Executions executions, LongSupplier clockNs) {
    this.proc = proc;
    this.executions = executions;
    this.clockNs = clockNs;
  }

  /** Keeps who ran as a packet passed, for the looks at it that may follow. */
  synchronized void note(TapRecord record) {
    long nowNs = clockNs.getAsLong();
    TapRecord kept = new TapRecord();
    kept.copy(record);
    kept.ambiguousUntilNs = nowNs;
    TapRecord before = table.first(record.fingerprint);
    if (before != null) {
      boolean old = nowNs - before.timeNs() > Doubts.FOR_NS;
      kept.ambiguousUntilNs =
          old || before.isSameSender(record) ? before.ambiguousUntilNs : nowNs + Doubts.FOR_NS;
      table.remove(before);
    } else if (table.isFull()) {
      forgotten.doubt(table.eldest().fingerprint, nowNs);
      table.remove(table.eldest());
    }
    table.add(kept);
  }

  /**
   * Packets that look like this may have been sent by another process, and nobody knows which.
   *
   * @param seen the look
   */
  synchronized void noteUnknown(Fingerprint seen) {
    forgotten.doubt(seen, clockNs.getAsLong());
  }

  /**
   * The number of a socket that was handed on: another one for each process that sends by it, since
   * a decision about one is none about the others.
   *
   * @param seen the packet's fingerprint
   * @param otherwise the number of the socket of a packet nobody noted here
   * @return {@link SubjectLookup#NO_SOCKET} where several packets look the same
   */
  synchronized long socketOf(Fingerprint seen, long otherwise) {
    long nowNs = clockNs.getAsLong();
    if (forgotten.isDoubted(seen, nowNs)) {
      return SubjectLookup.NO_SOCKET;
    }
    TapRecord record = table.first(seen);
    if (record == null || nowNs - record.timeNs() > Doubts.FOR_NS) {
      return otherwise;
    }
    return nowNs - record.ambiguousUntilNs < 0
        ? SubjectLookup.NO_SOCKET
        : record.socketAsHandedOn();
  }

  /**
   * Whether a packet was sent by somebody else than the next source says.
   *
   * @param seen the packet's fingerprint
   * @param answer what the next source says
   * @return true too where that cannot be told; false for packets nobody noted here
   */
  boolean contradicts(Fingerprint seen, SubjectView answer) {
    if (answer.kind() != SubjectKind.PROCESS) {
      return false;
    }
    Optional<Runner> runner = runner(seen);
    return runner.isPresent()
        && (executions.since(runner.get().process().pid(), runner.get().timeNs())
            || !isSameProgram(runner.get().process(), answer));
  }

  /** Who ran as the packet passed; a process that is none where several packets look the same. */
  private synchronized Optional<Runner> runner(Fingerprint seen) {
    TapRecord record = table.first(seen);
    long nowNs = clockNs.getAsLong();
    if (forgotten.isDoubted(seen, nowNs)) {
      return Optional.of(new Runner(NOBODY, nowNs));
    }
    if (record == null || nowNs - record.timeNs() > Doubts.FOR_NS) {
      return Optional.empty();
    }
    ProcessId ran = nowNs - record.ambiguousUntilNs < 0 ? NOBODY : record.running();
    return Optional.of(new Runner(ran, record.timeNs()));
  }

  private boolean isSameProgram(ProcessId runner, SubjectView answer) {
    if (answer.process() instanceof Fact.Known<ProcessId> named && named.value().equals(runner)) {
      return true;
    }
    return answer.executable() instanceof Fact.Known<Executable> file
        && proc.executable(runner.pid()) instanceof ProcRead.Done<ProcExecutable> runs
        && Executables.of(runs.value()).file().equals(file.value().file())
        && proc.isAlive(runner.pid(), runner.startTimeTicks());
  }
}
