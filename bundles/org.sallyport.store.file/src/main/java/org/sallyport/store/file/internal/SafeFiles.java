// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Reads files that decide about the host's traffic, and only where nobody but their owner could
 * have written them. A folder that only its owner may write keeps others from exchanging a file
 * between the look at it and its opening.
 *
 * @param ownerId the uid that must own folder and files: root's
 */
record SafeFiles(int ownerId) {

  static final int MAX_FILE_BYTES = 1 << 20;

  private static final int WRITABLE_BY_OTHERS = 0022;

  /** Refuses a folder that is a link, of another owner, or writable by others. */
  void checkFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is not a folder; make it one, and no symbolic link");
    }
    checkOwner(folder);
  }

  private void checkOwner(Path path) throws IOException {
    Map<String, Object> facts =
        Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    int uid = (Integer) facts.get("uid");
    int mode = (Integer) facts.get("mode");
    if (uid != ownerId) {
      throw new IOException(
          "it belongs to uid " + uid + "; make it uid " + ownerId + "'s with chown");
    }
    if ((mode & WRITABLE_BY_OTHERS) != 0) {
      throw new IOException("others than its owner may write it; run chmod go-w on it");
    }
  }

  /** Reads a whole file; the message of the exception says what is wrong and what to do. */
  byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(file.toString());
      }
      throw new IOException("it is not a plain file; put the file itself here, no link");
    }
    checkOwner(file);
    ByteBuffer content = ByteBuffer.allocate(MAX_FILE_BYTES + 1);
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      int count = 0;
      while (content.hasRemaining() && count >= 0) {
        count = channel.read(content);
      }
    }
    if (!content.hasRemaining()) {
      throw new IOException("it is larger than 1 MiB; split it");
    }
    return Arrays.copyOf(content.array(), content.position());
  }
}
