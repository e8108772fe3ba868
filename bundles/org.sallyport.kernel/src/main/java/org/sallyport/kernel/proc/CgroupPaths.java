// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.internal.SystemFiles;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * From a cgroup's id to its path: the id is the folder's inode number in the cgroup2 file system,
 * whose file handles (open_by_handle_at(2), {@code FILEID_KERNFS} of linux/exportfs.h) hold nothing
 * else. Some system calls a time, whatever the number of cgroups; nothing is kept, so a cgroup that
 * was removed has no path any more. Thread-safe.
 */
public final class CgroupPaths {

  private static final int FILEID_KERNFS = 0xfe;
  private static final int O_PATH_CLOEXEC = 0x20_0000 | 0x8_0000;
  private static final int ESTALE = 116;

  /** struct file_handle: length of the id, type, id. */
  private static final int HANDLE_LENGTH = 16;

  private final String mount;

  /** What became of an id. */
  public sealed interface Answer {

    /**
     * The cgroup is there.
     *
     * @param path for example {@code /system.slice/ssh.service}
     */
    record Found(String path) implements Answer {}

    /** It was removed. */
    record Removed() implements Answer {}

    /** This host or this process cannot tell. */
    record NotTold() implements Answer {}
  }

  /**
   * Looks for the file system.
   *
   * @param proc whose {@code self/mountinfo} to read
   */
  public CgroupPaths(ProcFs proc) {
    mount = mountOf(proc.root().resolve("self/mountinfo")).orElse("");
  }

  /**
   * Where the file system is mounted.
   *
   * @return its root, that of all cgroups; empty if there is none here
   */
  public Optional<Path> mount() {
    return mount.isEmpty() ? Optional.empty() : Optional.of(Path.of(mount));
  }

  /** Field 4 is the mounted folder: only the root's paths are those of other tools. */
  private static Optional<String> mountOf(Path mountinfo) {
    try {
      return Files.readAllLines(mountinfo, StandardCharsets.UTF_8).stream()
          .filter(line -> line.contains(" - cgroup2 "))
          .map(line -> List.of(line.split(" ", -1)))
          .filter(field -> field.size() > 5 && "/".equals(field.get(3)))
          .map(field -> field.get(4).replace("\\040", " "))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The path of a cgroup.
   *
   * @param id the cgroup's id, as INET_DIAG_CGROUP_ID tells it
   * @return the path, if there still is such a cgroup
   */
  public Answer pathOf(long id) {
    if (mount.isEmpty()) {
      return new Answer.NotTold();
    }
    NativeBuffer handle = NativeBuffer.allocate(HANDLE_LENGTH);
    handle.bytes().putInt(0, Long.BYTES).putInt(4, FILEID_KERNFS).putLong(8, id);
    try {
      int folder = SystemFiles.openForReading(mount);
      try {
        int found = LibC.open_by_handle_at(folder, handle.address(0), O_PATH_CLOEXEC);
        return found < 0 ? refused(LibC.errno()) : nameOf(found);
      } finally {
        LibC.close(folder);
      }
    } catch (IOException e) {
      return new Answer.NotTold();
    }
  }

  private static Answer refused(int error) {
    return error == ESTALE || error == LibC.ENOENT ? new Answer.Removed() : new Answer.NotTold();
  }

  private Answer nameOf(int descriptor) throws IOException {
    try {
      byte[] link = SystemFiles.readLink("/proc/self/fd/" + descriptor);
      String path = new String(link, StandardCharsets.UTF_8);
      if (path.equals(mount)) {
        return new Answer.Found("/");
      }
      // a name may end like a mark of deletion, but then it is not to be told apart
      return path.startsWith(mount + "/") && !path.endsWith(" (deleted)")
          ? new Answer.Found(path.substring(mount.length()))
          : new Answer.Removed();
    } finally {
      LibC.close(descriptor);
    }
  }
}
