// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files of the daemon's own state. A write is a temporary file, fsync, rename, fsync of the folder,
 * so a kill at any byte leaves the old content or the new one. Every message names the file.
 */
public final class StateFiles {

  /** Room for a last good policy of the largest kind; what is larger is none of ours. */
  static final int MAX_BYTES = 64 << 20;

  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final String PREFIX = ".";
  private static final String SUFFIX = ".new";

  private StateFiles() {}

  /**
   * Replaces a file's content durably.
   *
   * @param file the file; its folder exists
   * @param text the new content
   * @throws IOException if it could not be written; the old content stands
   */
  public static void write(Path file, String text) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = folder.resolve(PREFIX + file.getFileName() + SUFFIX);
    try {
      Files.deleteIfExists(temporary);
      fill(temporary, text);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      sync(folder);
    } catch (IOException e) {
      drop(temporary, e); // on a full disk it would take the room of the next attempt
      throw new IOException(file + " could not be written: " + reason(e), e);
    }
  }

  private static void fill(Path temporary, String text) throws IOException {
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void drop(Path temporary, IOException cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Removes a file durably.
   *
   * @param file the file; none there is fine
   * @throws IOException if it stands
   */
  public static void delete(Path file) throws IOException {
    try {
      if (Files.deleteIfExists(file)) {
        sync(file.toAbsolutePath().getParent());
      }
    } catch (IOException e) {
      throw new IOException(file + " could not be removed: " + reason(e), e);
    }
  }

  /**
   * Removes what a write that was cut off left in a folder. For the start, while nobody writes.
   *
   * @param folder the folder; none there is fine
   * @throws IOException if the folder cannot be read or a leftover stands
   */
  public static void removeLeftovers(Path folder) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path leftover : found) {
        if (Files.isRegularFile(leftover, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(leftover);
        }
      }
    } catch (NoSuchFileException e) {
      return; // a first start
    }
  }

  /**
   * Reads a file, if nobody but its owner, who is also ours, could have written it. Never waits:
   * what is no plain file is not opened.
   *
   * @param file the file
   * @return its content, or empty if there is no such file
   * @throws IOException if it cannot be read, is not plain, is not ours alone, is larger than 64
   *     MiB or is no UTF-8 text
   */
  public static Optional<String> read(Path file) throws IOException {
    try {
      check(file);
      return Optional.of(text(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is no UTF-8 text", e);
    } catch (FileSystemException e) {
      throw new IOException(file + " could not be read: " + reason(e), e);
    }
  }

  private static void check(Path file) throws IOException {
    Map<String, Object> facts =
        Files.readAttributes(file, "unix:uid,mode,isRegularFile", LinkOption.NOFOLLOW_LINKS);
    if (!(Boolean) facts.get("isRegularFile")) {
      throw new IOException(file + " is not a plain file; put the file itself here, no link");
    }
    Object owner = facts.get("uid");
    if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw new IOException(file + " belongs to uid " + owner + "; give it to root with chown");
    }
    if (((Integer) facts.get("mode") & WRITABLE_BY_OTHERS) != 0) {
      throw new IOException(file + " may be written by others; run chmod go-w on it");
    }
  }

  private static String text(Path file) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      if (channel.size() > MAX_BYTES) {
        throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
      int count = 0;
      while (bytes.hasRemaining() && count >= 0) {
        count = channel.read(bytes);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    }
  }

  /** The JDK's messages repeat the path, or are it alone. */
  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
