// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The file at a path of the host's mount namespace. The identity is renewed by one thread and read
 * by many; readers see one {@link Identity} as a whole.
 */
public final class HostFile {

  /**
   * Which file it is.
   *
   * @param path the path without symbolic links, as the kernel names it
   * @param device {@code st_dev} of stat(2)
   * @param inode {@code st_ino} of stat(2)
   */
  public record Identity(String path, long device, long inode) {}

  private static final Identity NOWHERE = new Identity("", -1, -1);

  private final String path;
  private volatile Identity identity = NOWHERE;

  private HostFile(String path) {
    this.path = path;
  }

  /** A file that is not looked up yet. */
  static HostFile unresolved(String path) {
    return new HostFile(path);
  }

  /** The path as the rule writes it. */
  public String path() {
    return path;
  }

  /** Which file stands there; no file's identity if there is none. */
  public Identity identity() {
    return identity;
  }

  /**
   * Looks again; may block on the disk.
   *
   * @return whether the path without symbolic links is another one now
   */
  boolean renew() {
    Identity now = NOWHERE;
    try {
      Path real = Path.of(path).toRealPath();
      Map<String, Object> numbers = Files.readAttributes(real, "unix:dev,ino");
      now = new Identity(real.toString(), (Long) numbers.get("dev"), (Long) numbers.get("ino"));
    } catch (IOException | InvalidPathException e) {
      now = NOWHERE; // not there, or not for us to see: then it matches by its path only
    }
    Identity before = identity;
    if (!now.equals(before)) {
      identity = now;
    }
    return !now.path().equals(before.path());
  }
}
