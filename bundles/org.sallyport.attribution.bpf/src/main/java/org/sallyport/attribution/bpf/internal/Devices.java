// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Which file systems tell stat(2) the same device as the kernel has for them. btrfs, for one, does
 * not: what runs there must be looked at through {@code /proc}, so that it can be compared with the
 * files rules name. Guarded by its owner.
 */
final class Devices {

  private static final int MOST = 1024;

  private final Map<Integer, Boolean> plain = new HashMap<>();

  /**
   * Whether a file's device is known to be the same by both; looks at the first file of each.
   *
   * @param file the file
   * @param here whether its path is one of the host's: any other leads elsewhere here
   */
  boolean isPlain(ExecFile file, boolean here) {
    Boolean known = plain.get(file.kernelDevice);
    if (known != null) {
      return known;
    }
    if (!here || file.path().isEmpty() || file.deleted || !stands(file)) {
      return false; // the next file may tell
    }
    if (plain.size() >= MOST) {
      plain.clear();
    }
    boolean same = attribute(file, "unix:dev") == file.identity.device();
    plain.put(file.kernelDevice, same);
    return same;
  }

  private static boolean stands(ExecFile file) {
    return attribute(file, "unix:ino") == file.identity.inode();
  }

  private static long attribute(ExecFile file, String name) {
    try {
      return ((Number) Files.getAttribute(Path.of(file.path().orElseThrow()), name)).longValue();
    } catch (IOException | InvalidPathException e) {
      return -1;
    }
  }
}
