// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.sallyport.api.subject.Fact;
import org.sallyport.attribution.process.FileDigest.Outcome;
import org.sallyport.kernel.proc.FileState;
import org.sallyport.kernel.proc.OpenExecutable;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ThreadNice;

/**
 * The SHA-256 of executables, computed by one thread that gives way to all others and kept by the
 * file's state. Whoever asks opens the file, so that it is hashed also when its process is gone by
 * then; nobody waits. Bounded: {@value #MAX_WAITING} files wait, what was used longest ago is
 * forgotten. Thread-safe.
 */
public final class ExecutableHasher implements Closeable {

  private static final String SOURCE = "SHA-256 of /proc/PID/exe";
  private static final int MAX_KNOWN = 1024;
  private static final int MAX_WAITING = 64;
  private static final long IDLE_S = 10;
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(5);

  private final ProcFs proc;
  private final LongSupplier clockNs;
  private final ThreadPoolExecutor worker;
  private final Set<FileState> underWay = new HashSet<>();
  private final Map<FileState, Kept> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileState, Kept> eldest) {
          return size() > MAX_KNOWN;
        }
      };
  private final ExecFeeder feeder;
  private volatile boolean wanted;

  private record Kept(Outcome outcome, long atNs) {}

  /**
   * Makes a hasher; its thread is there only while there is work.
   *
   * @param proc where executables are opened
   * @param folder on the file system whose executed files are hashed at once
   * @param clockNs {@link System#nanoTime}
   */
  public ExecutableHasher(ProcFs proc, Path folder, LongSupplier clockNs) {
    this.proc = proc;
    this.clockNs = clockNs;
    this.feeder = new ExecFeeder(folder, clockNs, this::feed);
    worker =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_S,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            ExecutableHasher::thread);
    worker.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Runnable givingWay =
        () -> {
          ThreadNice.giveWay();
          work.run();
        };
    Thread thread = new Thread(givingWay, "sallyport-hash");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Whether anybody ever asked: only then it pays to hash programs at first sight.
   *
   * @return false until the first question
   */
  public boolean isWanted() {
    return wanted;
  }

  /** Whether a file was hashed already. */
  boolean knows(FileState file) {
    synchronized (known) {
      return known.containsKey(file);
    }
  }

  /**
   * The hash of the file a process runs.
   *
   * @param pid the process
   * @param file which file that is, as read before
   * @return known, pending while it is computed, or unknown
   */
  public Fact<String> of(int pid, FileState file) {
    return of(pid, file, file::isSameFileAs);
  }

  /**
   * The hash of the file a process runs, as it was when the process executed it. Not every kernel
   * keeps a running file from being written to (Linux 6.11 and 6.12 do not), and the process may
   * have ended and its number and file be used again.
   *
   * @param pid the process
   * @param executed the file's state when it was executed
   * @return known, pending while it is computed, or unknown, also if the file was changed since in
   *     any way, unless it was hashed before
   */
  public Fact<String> asExecuted(int pid, FileState executed) {
    return of(pid, executed, executed::isUnchangedSince);
  }

  private Fact<String> of(int pid, FileState file, Predicate<FileState> accepted) {
    wanted = true;
    feeder.asked();
    synchronized (known) {
      Kept kept = known.get(file);
      if (kept != null) {
        if (kept.outcome instanceof Outcome.Hashed hashed) {
          return new Fact.Known<>(hashed.hex(), SOURCE);
        }
        if (kept.outcome instanceof Outcome.Failed failed
            && clockNs.getAsLong() - kept.atNs < RETRY_NS) {
          return new Fact.Unknown<>(failed.reason());
        }
      }
      if (underWay.contains(file)) {
        return new Fact.Pending<>("the program's file is hashed");
      }
    }
    return begin(pid, file, accepted);
  }

  /** A file was executed: its hash may be asked for soon. */
  private void feed(OpenExecutable opened) {
    FileDigest digest = new FileDigest(opened);
    Optional<FileState> file = digest.startState();
    boolean isNew;
    synchronized (known) {
      isNew = file.isPresent() && !known.containsKey(file.get()) && !underWay.contains(file.get());
    }
    if (isNew) {
      Fact<String> unused = enqueue(digest, file.get(), file.get());
    } else {
      digest.close();
    }
  }

  private Fact<String> begin(int pid, FileState file, Predicate<FileState> accepted) {
    ProcRead<OpenExecutable> opened = proc.openExecutable(pid);
    if (opened instanceof ProcRead.Done<OpenExecutable> done) {
      FileDigest digest = new FileDigest(done.value());
      // as it is now: what was read before may be older than a change
      boolean same = digest.startState().filter(accepted).isPresent();
      if (same) {
        return enqueue(digest, digest.startState().orElse(file), file);
      }
      digest.close();
      return new Fact.Unknown<>("the process runs another file meanwhile, or a changed one");
    }
    return new Fact.Unknown<>(
        opened instanceof ProcRead.Failed<OpenExecutable> failed
            ? "the program's file cannot be opened: " + failed.reason()
            : "the process is gone");
  }

  private Fact<String> enqueue(FileDigest digest, FileState now, FileState asked) {
    synchronized (known) {
      Kept kept = known.get(now);
      if (!now.equals(asked) && kept != null && kept.outcome instanceof Outcome.Hashed hashed) {
        digest.close();
        return new Fact.Known<>(hashed.hex(), SOURCE);
      }
      if (!underWay.add(now)) {
        digest.close();
        return new Fact.Pending<>("the program's file is hashed");
      }
    }
    try {
      worker.execute(new Job(digest, now));
      return new Fact.Pending<>("the program's file is hashed");
    } catch (RejectedExecutionException e) {
      finish(digest, now);
      return worker.isShutdown()
          ? new Fact.Unknown<>("the part that hashes programs is stopped")
          : new Fact.Pending<>("other files are hashed first");
    }
  }

  private void finish(FileDigest digest, FileState file) {
    digest.close();
    synchronized (known) {
      underWay.remove(file);
    }
  }

  private final class Job implements Runnable {

    private final FileDigest digest;
    private final FileState file;

    Job(FileDigest digest, FileState file) {
      this.digest = digest;
      this.file = file;
    }

    @Override
    public void run() {
      try {
        Outcome outcome = digest.compute();
        FileState hashed = outcome instanceof Outcome.Hashed done ? done.file() : file;
        synchronized (known) {
          known.put(hashed, new Kept(outcome, clockNs.getAsLong()));
        }
      } finally {
        finish(digest, file);
      }
    }

    void abandon() {
      finish(digest, file);
    }
  }

  /** Stops the thread and closes the files that wait; what is asked after this is unknown. */
  @Override
  public void close() {
    feeder.close();
    for (Runnable waiting : worker.shutdownNow()) {
      if (waiting instanceof Job job) {
        job.abandon();
      }
    }
  }
}
