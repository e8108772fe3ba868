// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The steps of replacing a file; a test puts a crash between any two of them. */
interface Disk {

  /** Creates a file for its owner alone, writes it and waits until it is on the disk. */
  void write(Path file, byte[] content) throws IOException;

  /** Puts a file in another's place, at once and as a whole. */
  void rename(Path from, Path to) throws IOException;

  /** Waits until the names of a folder are on the disk. */
  void sync(Path folder) throws IOException;

  /**
   * Replaces a file so that a crash at any moment leaves the old content or the new one.
   *
   * @param disk where
   * @param file the file; another of the name {@code .NAME.new} beside it is lost
   * @param content its new content
   * @throws IOException if it failed; the old content stands unless only the last step failed
   */
  static void replace(Disk disk, Path file, byte[] content) throws IOException {
    Path fresh = unfinished(file);
    Files.deleteIfExists(fresh);
    try {
      disk.write(fresh, content);
      disk.rename(fresh, file);
    } catch (IOException e) {
      drop(fresh, e); // on a full disk it would take the room of the next attempt
      throw e;
    }
    disk.sync(file.toAbsolutePath().getParent());
  }

  /** Where the new content of a file is put together. */
  static Path unfinished(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".new");
  }

  private static void drop(Path fresh, IOException cause) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The host's own disk. */
  Disk HOST =
      new Disk() {
        @Override
        public void write(Path file, byte[] content) throws IOException {
          Set<java.nio.file.OpenOption> fresh =
              Set.of(
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE_NEW,
                  LinkOption.NOFOLLOW_LINKS);
          try (FileChannel channel =
              FileChannel.open(
                  file,
                  fresh,
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
            channel.force(true);
          } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " is in the way; remove it", e);
          }
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
          Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void sync(Path folder) throws IOException {
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      };
}
