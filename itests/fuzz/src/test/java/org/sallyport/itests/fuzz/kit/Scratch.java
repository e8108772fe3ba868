// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders for what a target has to have on disk: in memory where the host has such a place. */
public final class Scratch {

  private static final Path MEMORY = Path.of("/dev/shm");

  private Scratch() {}

  /** A new empty folder; removed when the process ends. */
  public static Path folder(String name) {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "sallyport-fuzz-" + name)
              : Files.createTempDirectory("sallyport-fuzz-" + name);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) {
    try (var files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(Scratch::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
