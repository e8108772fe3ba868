// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A target's inputs in the tree. Those with a name were written by people, or broke something once,
 * and stay; those named by their hash were found by the fuzzer and are replaced by each longer run.
 */
record Corpus(Path folder) {

  static final int MAX_FILES = 400;
  static final long MAX_BYTES = 300_000;

  private static final Pattern FOUND = Pattern.compile("[0-9a-f]{40}");

  static Corpus of(Target target) {
    return new Corpus(Path.of("corpus", target.word()));
  }

  /** All inputs, in the order of their names. */
  List<Path> inputs() throws IOException {
    List<Path> inputs = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(inputs::add);
    }
    inputs.sort(null);
    return inputs;
  }

  private static boolean isFound(Path input) {
    return FOUND.matcher(input.getFileName().toString()).matches();
  }

  /** Copies the inputs with a name to an empty folder. */
  void copyNamed(Path to) throws IOException {
    Files.createDirectories(to);
    for (Path input : inputs()) {
      if (!isFound(input)) {
        Files.copy(input, to.resolve(input.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Takes what was found from a folder, for what was found before. */
  void replaceFound(Path from) throws IOException {
    for (Path input : inputs()) {
      if (isFound(input)) {
        Files.delete(input);
      }
    }
    for (Path input : new Corpus(from).inputs()) {
      if (isFound(input)) {
        Files.copy(input, folder.resolve(input.getFileName()));
      }
    }
  }

  /** Takes in an input that broke something. */
  void keep(Path broke) throws IOException {
    Path name = folder.resolve(broke.getFileName());
    Files.copy(broke, name, StandardCopyOption.REPLACE_EXISTING);
  }
}
