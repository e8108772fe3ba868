// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.sallyport.kernel.internal.FileStatus;
import org.sallyport.kernel.internal.FileStatus.FileId;
import org.sallyport.kernel.internal.SystemFiles;

/** Reads {@code /proc/PID/exe} so that name and file belong together. */
final class ExecutableReader {

  private static final String DELETED = " (deleted)";
  private static final int MAX_ATTEMPTS = 3;

  private final Path root;
  private final String hostNamespace;

  ExecutableReader(Path root) {
    this.root = root;
    this.hostNamespace = hostNamespace(root);
  }

  /**
   * The mount namespace of the first process. Where that may not be looked at (a container, a
   * restricted root), this process's own: its paths are then what rules speak of.
   */
  private static String hostNamespace(Path root) {
    for (String process : new String[] {"1", "self"}) {
      try {
        return readLink(root + "/" + process + "/ns/mnt");
      } catch (IOException e) {
        // not readable: try the next
      }
    }
    return "";
  }

  /** The number in {@code mnt:[4026531841]}. */
  OptionalLong hostNamespace() {
    String number = hostNamespace.replaceAll("[^0-9]", "");
    return number.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(number))
        : OptionalLong.empty();
  }

  /** May throw NoSuchFileException for a process that is gone and for a kernel thread. */
  ProcRead<ProcExecutable> read(int pid) throws IOException {
    String link = root + "/" + pid + "/exe";
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      FileState file;
      try (OpenExecutable opened = OpenExecutable.openForState(link)) {
        file = opened.state();
      }
      FileId before = new FileId(file.device(), file.inode());
      String name = readLink(link);
      boolean host = isInHostNamespace(pid);
      // the same file before and after: no exec came between name and number
      if (before.equals(FileStatus.identity(link))) {
        boolean deleted = name.endsWith(DELETED) && !leadsTo(pid, name, before);
        String path = deleted ? name.substring(0, name.length() - DELETED.length()) : name;
        return new ProcRead.Done<>(new ProcExecutable(path, file, host, deleted));
      }
    }
    return new ProcRead.Failed<>("the process executes other files again and again");
  }

  /** The kernel's bytes as UTF-8, whatever locale the JVM runs in. */
  private static String readLink(String link) throws IOException {
    return new String(SystemFiles.readLink(link), StandardCharsets.UTF_8);
  }

  private boolean isInHostNamespace(int pid) {
    try {
      return readLink(root + "/" + pid + "/ns/mnt").equals(hostNamespace);
    } catch (IOException e) {
      // unknown counts as foreign: a path is believed for the host's own processes only
      return false;
    }
  }

  /** Whether a name that ends like a mark of deletion is the file's real name. */
  private boolean leadsTo(int pid, String name, FileId file) {
    try {
      return file.equals(FileStatus.identity(root + "/" + pid + "/root" + name));
    } catch (IOException e) {
      return false;
    }
  }
}
