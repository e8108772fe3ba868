// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.util.Objects;

/**
 * The file a process runs, identified by the opened file and not by a name.
 *
 * @param path the path as the kernel tells it, without the mark {@code (deleted)}
 * @param file which file that is
 * @param hostNamespace whether the process is in the initial mount namespace, where the path string
 *     alone may be believed
 * @param deleted whether the name no longer leads to the file that runs
 */
public record Executable(String path, FileIdentity file, boolean hostNamespace, boolean deleted) {

  /** Refuses null. */
  public Executable {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(file, "file");
  }

  @Override
  public String toString() {
    return path;
  }
}
