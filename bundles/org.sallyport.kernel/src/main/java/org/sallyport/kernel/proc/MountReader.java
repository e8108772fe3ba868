// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sallyport.kernel.internal.SystemFiles;

/** Where a process's file lies among its mounts. Thread-safe; keeps nothing between calls. */
public final class MountReader {

  /** Some 600 mounts; a user's own namespace may hold more, and who asks may be in a hurry. */
  private static final int MOST_BYTES = 1 << 16;

  private final Path root;

  /**
   * Makes a reader.
   *
   * @param proc whose files to read
   */
  public MountReader(ProcFs proc) {
    root = proc.root();
  }

  /**
   * The name of the file a process runs, without a look at the file itself: a FUSE file system of a
   * user's lets not even root look.
   *
   * @param pid the process
   * @return the name as the kernel tells it, with its mark if the file was deleted
   */
  public ProcRead<String> nameOfExecutable(int pid) {
    try {
      byte[] name = SystemFiles.readLink(root + "/" + pid + "/exe");
      return new ProcRead.Done<>(new String(name, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return failed(pid, e);
    }
  }

  /**
   * A process's {@code mountinfo} (proc(5)).
   *
   * @param pid the process
   * @return all its lines; failed if there are more than 64 KiB of them
   */
  public ProcRead<String> mounts(int pid) {
    try (InputStream file = Files.newInputStream(root.resolve(pid + "/mountinfo"))) {
      byte[] bytes = file.readNBytes(MOST_BYTES + 1);
      return bytes.length > MOST_BYTES
          ? new ProcRead.Failed<>("too many mounts")
          : new ProcRead.Done<>(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return failed(pid, e);
    }
  }

  private <T> ProcRead<T> failed(int pid, IOException e) {
    return Files.exists(root.resolve(pid + "/stat"))
        ? new ProcRead.Failed<>(e.getClass().getSimpleName())
        : new ProcRead.Gone<>();
  }
}
