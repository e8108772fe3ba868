// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.kernel.proc.MountReader;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;

/**
 * Which application and which container a process belongs to: from the name of its socket's cgroup,
 * and from the mount its program lies in. Never from its environment, which it writes itself.
 * Thread-safe.
 */
public final class Belonging {

  private static final String NAME = "the name of the cgroup";

  private final ProcFs proc;
  private final MountReader mounts;

  /**
   * Makes one for all processes.
   *
   * @param proc where mounts are read
   */
  public Belonging(ProcFs proc) {
    this.proc = Objects.requireNonNull(proc, "proc");
    mounts = new MountReader(proc);
  }

  /**
   * The innermost container of a cgroup.
   *
   * @param cgroup its path
   * @return its id or name, empty if there is none; what the cgroup is where that has no value
   */
  public static Fact<String> container(Fact<String> cgroup) {
    return cgroup instanceof Fact.Known<String> known && isWhole(known.value())
        ? new Fact.Known<>(CgroupNames.container(known.value()), NAME)
        : withoutValue(cgroup);
  }

  /**
   * The application of a process. Reads its mounts only where its program lies in one that may be
   * an AppImage's.
   *
   * @param cgroup the path of its cgroup
   * @param executable the file it runs
   * @param process the process
   * @return the application, empty if there is none; unknown if that cannot be told any more
   */
  public Fact<String> app(Fact<String> cgroup, Fact<Executable> executable, ProcessId process) {
    if (!(cgroup instanceof Fact.Known<String> known) || !isWhole(known.value())) {
      return withoutValue(cgroup);
    }
    String named = CgroupNames.app(known.value());
    if (!named.isEmpty()) {
      return new Fact.Known<>(named, NAME);
    }
    Fact<String> path = path(executable, process);
    return path instanceof Fact.Known<String> file ? appImage(file.value(), process) : path;
  }

  /** A process may be gone whose file was noted, and a file may be there that cannot be opened. */
  private Fact<String> path(Fact<Executable> executable, ProcessId process) {
    return executable instanceof Fact.Known<Executable> known
        ? new Fact.Known<>(known.value().path(), known.source())
        : read(mounts.nameOfExecutable(process.pid()), "exe", process);
  }

  private Fact<String> appImage(String path, ProcessId process) {
    if (!AppImages.mayHold(path)) {
      return new Fact.Known<>("", NAME + " and the path of the program");
    }
    Fact<String> lines = read(mounts.mounts(process.pid()), "mountinfo", process);
    if (!(lines instanceof Fact.Known<String> known)) {
      return lines;
    }
    Optional<String> file = AppImages.fileOf(known.value(), path);
    return file.isEmpty()
        ? new Fact.Unknown<>("the mount of the program is gone")
        : new Fact.Known<>(file.get().isEmpty() ? "" : "appimage:" + file.get(), known.source());
  }

  private Fact<String> read(ProcRead<String> result, String file, ProcessId process) {
    if (result instanceof ProcRead.Failed<String> failed) {
      return new Fact.Unknown<>("/proc/PID/" + file + ": " + failed.reason());
    }
    return result instanceof ProcRead.Done<String> done
            && proc.isAlive(process.pid(), process.startTimeTicks())
        ? new Fact.Known<>(done.value(), "/proc/PID/" + file)
        : new Fact.Unknown<>("the process is gone");
  }

  /** From a cgroup namespace what lies outside of it is seen as {@code /..} (cgroups(7)). */
  private static boolean isWhole(String cgroup) {
    return cgroup.startsWith("/")
        && !(cgroup + "/").startsWith("/../")
        && !cgroup.endsWith(" (deleted)");
  }

  private static Fact<String> withoutValue(Fact<String> cgroup) {
    return cgroup instanceof Fact.Known
        ? new Fact.Unknown<>("the path of the cgroup is not whole")
        : cgroup;
  }
}
