// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sallyport.netfilter.JournalEntry;
import org.sallyport.netfilter.JournalEntry.Operation;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.Table;

/**
 * The one intent that is under way, in a file that is there whole or not at all: written aside,
 * forced to disk, renamed, and the folder forced to disk.
 */
final class Journal {

  private static final String FILE = "netfilter.journal";
  private static final long SIZE_MAX = 4096;

  private final Path folder;

  /**
   * A journal.
   *
   * @param folder root-owned state folder; made when first needed
   */
  Journal(Path folder) {
    this.folder = folder;
  }

  void begin(JournalEntry entry) {
    String tables = entry.tables().stream().map(Enum::name).collect(Collectors.joining(","));
    String text = entry.operation() + "\n" + entry.begun() + "\n" + tables + "\n";
    Path aside = folder.resolve(FILE + ".new");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(aside); // a link left there is never followed
      try (FileChannel channel =
          FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(aside, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
      forceFolder();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void clear() {
    try {
      if (Files.deleteIfExists(folder.resolve(FILE))) {
        forceFolder();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  Optional<JournalEntry> unfinished() {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > SIZE_MAX) {
        return Optional.of(unreadable());
      }
      return Optional.of(parse(Files.readAllLines(file)));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return Optional.of(unreadable());
    }
  }

  private static JournalEntry parse(List<String> lines) {
    if (lines.size() != 3) {
      throw new IllegalArgumentException("a journal has three lines");
    }
    List<Table> tables =
        Stream.of(lines.get(2).split(",")).filter(t -> !t.isEmpty()).map(Table::valueOf).toList();
    return new JournalEntry(Operation.valueOf(lines.get(0)), Instant.parse(lines.get(1)), tables);
  }

  private static JournalEntry unreadable() {
    return new JournalEntry(Operation.UNREADABLE, Instant.EPOCH, List.of());
  }

  private void forceFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private NetfilterException failed(IOException cause) {
    return new NetfilterException(
        Kind.JOURNAL,
        "the journal in "
            + folder
            + " cannot be written; nothing was changed. Free space there: "
            + cause.getMessage(),
        cause);
  }
}
