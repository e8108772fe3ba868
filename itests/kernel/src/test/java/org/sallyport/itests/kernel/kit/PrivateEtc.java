// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A mount namespace whose {@code /etc} is a copy in memory, so that users and groups can be made
 * that the machine never sees. Lasts until it is closed.
 */
public final class PrivateEtc implements AutoCloseable {

  // Made elsewhere and moved, since a mount on /etc hides what is to be copied.
  private static final String HOLD =
      "mount -t tmpfs none /mnt && cp -a /etc/. /mnt && mount --move /mnt /etc"
          + " && echo $$ && exec cat";

  private final Talker holder;
  private final String pid;

  /** Makes it; what is mounted at this moment is mounted in it, too. */
  public PrivateEtc() {
    List<String> words =
        List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", HOLD);
    try {
      holder = new Talker(words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pid = holder.next();
  }

  /** What stands before a command that is to run in it. */
  public List<String> inside() {
    return List.of("nsenter", "--mount=/proc/" + pid + "/ns/mnt");
  }

  /** The lines of a file of it. */
  public List<String> lines(String file) {
    try {
      return Files.readAllLines(path(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a line to a file of it. */
  public void append(String file, String line) {
    try {
      Files.writeString(path(file), line + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path path(String file) {
    return Path.of("/proc", pid, "root/etc", file);
  }

  @Override
  public void close() {
    holder.close();
  }
}
