// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.Objects;

/**
 * The file a process runs, as {@code /proc/PID/exe} (proc(5)) tells.
 *
 * @param path its path as the kernel sees it from this process's root, without the mark of deletion
 * @param file which file that is, read from the opened file
 * @param hostNamespace whether the process is in the host's mount namespace
 * @param deleted whether the name no longer leads to the file
 */
public record ProcExecutable(String path, FileState file, boolean hostNamespace, boolean deleted) {

  /** Refuses null. */
  public ProcExecutable {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(file, "file");
  }

  /**
   * Whether another process runs the same file.
   *
   * @param other the other's executable
   * @return true if device, inode and generation agree
   */
  public boolean isSameFileAs(ProcExecutable other) {
    return file.isSameFileAs(other.file);
  }
}
