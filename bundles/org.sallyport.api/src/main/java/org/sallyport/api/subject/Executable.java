// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.util.Objects;

/**
 * The file a process runs, identified by the opened file and not by a name.
 *
 * @param path the path as the kernel tells it, without the mark {@code (deleted)}
 * @param device the file's device number, {@code st_dev} of stat(2)
 * @param inode the file's inode number, {@code st_ino} of stat(2)
 * @param hostNamespace whether the process is in the initial mount namespace, where the path string
 *     alone may be believed
 * @param deleted whether the name no longer leads to the file that runs
 */
public record Executable(
    String path, long device, long inode, boolean hostNamespace, boolean deleted) {

  /** Refuses null. */
  public Executable {
    Objects.requireNonNull(path, "path");
  }

  @Override
  public String toString() {
    return path;
  }
}
