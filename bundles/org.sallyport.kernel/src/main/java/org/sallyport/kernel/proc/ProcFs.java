// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.sallyport.kernel.internal.SystemFiles;

/**
 * Reads facts about processes from {@code /proc} (proc(5)). Every read is bounded; nothing throws
 * for what a process does, not even for vanishing. Thread-safe; keeps nothing between calls.
 */
public final class ProcFs {

  /** Where the kernel mounts it. */
  public static final Path ROOT = Path.of("/proc");

  private static final int STAT_LIMIT = 4096;
  private static final int STATUS_LIMIT = 16_384;
  private static final int CGROUP_LIMIT = 65_536;
  private static final int COMMAND_LINE_LIMIT = 4096;
  private static final int CHILDREN_LIMIT = 32_768;

  /** How far an inode stands above the descriptor in {@link #socketPlaces}. */
  static final int PLACE_BITS = SystemFiles.LINK_BITS;

  private static final byte[] SOCKET = "socket:[".getBytes(StandardCharsets.US_ASCII);

  private final Path root;
  private final ExecutableReader executables;
  private final CapabilityReader capabilities;

  /**
   * Makes a reader.
   *
   * @param root {@link #ROOT}, or a folder built like it
   */
  public ProcFs(Path root) {
    this.root = root;
    this.executables = new ExecutableReader(root);
    this.capabilities = new CapabilityReader(root);
  }

  /** The folder this reads from. */
  Path root() {
    return root;
  }

  /** A read of one file of one process. */
  @FunctionalInterface
  private interface Reading<T> {
    ProcRead<T> run() throws IOException;
  }

  private <T> ProcRead<T> read(int pid, Reading<T> reading) {
    try {
      return reading.run();
    } catch (IOException e) {
      // a dead process's files fail in several ways; only its folder tells for certain
      return Files.exists(root.resolve(pid + "/stat"))
          ? new ProcRead.Failed<>(e.getClass().getSimpleName())
          : new ProcRead.Gone<>();
    }
  }

  private byte[] contents(int pid, String name, int limit) throws IOException {
    return SystemFiles.read(root + "/" + pid + "/" + name, limit);
  }

  /**
   * Who a process is.
   *
   * @param pid its id
   * @return name, parent and start time
   */
  public ProcRead<ProcStat> stat(int pid) {
    return read(pid, () -> ProcStat.parse(pid, contents(pid, "stat", STAT_LIMIT)));
  }

  /**
   * Whether a process is still the one that started at a time.
   *
   * @param pid its id
   * @param startTimeTicks field 22 of stat, as read before
   * @return false if it is gone or the id belongs to a later process
   */
  public boolean isAlive(int pid, long startTimeTicks) {
    try {
      return ProcStat.startTimeTicks(contents(pid, "stat", STAT_LIMIT)) == startTimeTicks;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The file a process runs now.
   *
   * @param pid its id
   * @return the file; failed for a kernel thread, which runs none
   */
  public ProcRead<ProcExecutable> executable(int pid) {
    return read(pid, () -> executables.read(pid));
  }

  /**
   * The mount namespace in which a path counts by itself: the first process's, or this process's
   * own where that may not be looked at.
   *
   * @return the inode number of its file in {@code /proc}; empty if neither can be read
   */
  public OptionalLong hostNamespace() {
    return executables.hostNamespace();
  }

  /**
   * The real uid a process has now.
   *
   * @param pid its id
   * @return an unsigned 32-bit uid
   */
  public ProcRead<Long> realUserId(int pid) {
    return read(pid, () -> StatusFile.realId(contents(pid, "status", STATUS_LIMIT), "Uid:"));
  }

  /**
   * The real gid a process has now.
   *
   * @param pid its id
   * @return an unsigned 32-bit gid
   */
  public ProcRead<Long> realGroupId(int pid) {
    return read(pid, () -> StatusFile.realId(contents(pid, "status", STATUS_LIMIT), "Gid:"));
  }

  /**
   * The effective capabilities of a process, as far as they count for this host: in a user
   * namespace of its own it has none here, whatever it has there.
   *
   * @param pid its id
   * @return one bit for each of linux/capability.h
   */
  public ProcRead<Long> capabilities(int pid) {
    return read(pid, () -> capabilities.read(pid));
  }

  /**
   * Opens the file a process runs now.
   *
   * @param pid its id
   * @return the file, for the caller to close; failed for a kernel thread, which runs none
   */
  public ProcRead<OpenExecutable> openExecutable(int pid) {
    return read(pid, () -> new ProcRead.Done<>(OpenExecutable.open(root + "/" + pid + "/exe")));
  }

  /**
   * A process's command line.
   *
   * @param pid its id
   * @return its first 4096 bytes decoded as UTF-8, arguments joined by blanks; written by the
   *     process itself; empty for a kernel thread
   */
  public ProcRead<String> commandLine(int pid) {
    return read(pid, () -> new ProcRead.Done<>(joined(pid)));
  }

  private String joined(int pid) throws IOException {
    byte[] bytes = contents(pid, "cmdline", COMMAND_LINE_LIMIT);
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8).replace('\0', ' ');
  }

  /**
   * A process's group in the unified hierarchy (cgroups(7)).
   *
   * @param pid its id
   * @return a path such as {@code /system.slice/ssh.service}
   */
  public ProcRead<String> cgroup(int pid) {
    return read(pid, () -> parseCgroup(contents(pid, "cgroup", CGROUP_LIMIT)));
  }

  private static ProcRead<String> parseCgroup(byte[] contents) {
    for (String line : new String(contents, StandardCharsets.UTF_8).split("\n", -1)) {
      if (line.startsWith("0::")) {
        return new ProcRead.Done<>(line.substring(3));
      }
    }
    return new ProcRead.Failed<>("no unified cgroup hierarchy");
  }

  /**
   * All processes that can be seen.
   *
   * @return their ids, highest first: those are mostly the newest
   */
  public int[] pids() {
    return ProcessList.all(root.toString());
  }

  /**
   * The children of a process: {@code task/TID/children} of all its threads (proc(5), needs
   * CONFIG_PROC_CHILDREN), or where the kernel lacks that, every process whose parent it is.
   *
   * @param pid the process
   * @return their pids; empty if the process is gone
   */
  public int[] children(int pid) {
    Path tasks = root.resolve(pid + "/task");
    if (!Files.exists(tasks.resolve(pid + "/children"))) {
      return IntStream.of(pids()).filter(other -> parentOf(other) == pid).toArray();
    }
    return IntStream.of(SystemFiles.numbers(tasks.toString()))
        .flatMap(task -> childrenOfTask(tasks + "/" + task + "/children"))
        .toArray();
  }

  private int parentOf(int pid) {
    return stat(pid) instanceof ProcRead.Done<ProcStat> done ? done.value().parentPid() : 0;
  }

  private static IntStream childrenOfTask(String file) {
    try {
      return new String(SystemFiles.read(file, CHILDREN_LIMIT), StandardCharsets.ISO_8859_1)
          .lines()
          .flatMap(line -> Stream.of(line.strip().split(" ")))
          .filter(word -> word.matches("\\d{1,9}"))
          .mapToInt(Integer::parseInt);
    } catch (IOException e) {
      return IntStream.empty(); // the thread ended meanwhile
    }
  }

  /**
   * Whether a descriptor of a process is a certain socket.
   *
   * @param pid the process
   * @param descriptor its descriptor
   * @param inode the socket's inode
   * @return true if it is that socket at this moment
   */
  public boolean holds(int pid, int descriptor, long inode) {
    return SystemFiles.linkIs(root + "/" + pid + "/fd/" + descriptor, socket(inode));
  }

  /**
   * The socket that a descriptor of a process is.
   *
   * @param pid the process
   * @param descriptor its descriptor
   * @return the socket's inode at this moment, or -1 if it is none
   */
  long socketAt(int pid, int descriptor) {
    return SystemFiles.numberInLink(root + "/" + pid + "/fd/" + descriptor, SOCKET);
  }

  private static byte[] socket(long inode) {
    return ("socket:[" + inode + "]").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The sockets among a process's descriptors.
   *
   * @param pid the process
   * @return their inodes, in no order; empty if the process is gone
   */
  long[] sockets(int pid) {
    return LongStream.of(socketPlaces(pid)).map(place -> place >>> PLACE_BITS).toArray();
  }

  /**
   * The sockets among a process's descriptors and where they are.
   *
   * @param pid the process
   * @return their inodes, each above its descriptor ({@link #PLACE_BITS}), in no order
   */
  long[] socketPlaces(int pid) {
    return SystemFiles.numbersInLinks(root + "/" + pid + "/fd", SOCKET);
  }
}
