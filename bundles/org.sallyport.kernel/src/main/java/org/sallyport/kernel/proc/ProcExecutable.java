// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.Objects;

/**
 * The file a process runs, as {@code /proc/PID/exe} (proc(5)) tells.
 *
 * @param path its path as the kernel sees it from this process's root, without the mark of deletion
 * @param device the file's {@code st_dev}
 * @param inode the file's {@code st_ino}
 * @param hostNamespace whether the process is in the host's mount namespace
 * @param deleted whether the name no longer leads to the file
 */
public record ProcExecutable(
    String path, long device, long inode, boolean hostNamespace, boolean deleted) {

  /** Refuses null. */
  public ProcExecutable {
    Objects.requireNonNull(path, "path");
  }

  /**
   * Whether another process runs the same file.
   *
   * @param other the other's executable
   * @return true if device and inode agree
   */
  public boolean isSameFileAs(ProcExecutable other) {
    return device == other.device && inode == other.inode;
  }
}
