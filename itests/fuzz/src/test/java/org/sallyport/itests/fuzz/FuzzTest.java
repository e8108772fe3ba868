// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes each target from its corpus on: for a moment, or as long as {@code -Dfuzz.seconds} says;
 * then what was found goes back to the corpus.
 */
class FuzzTest {

  static List<Target> targets() {
    String chosen = System.getProperty("fuzz.targets", "");
    List<String> words = List.of(chosen.split(","));
    return Arrays.stream(Target.values())
        .filter(target -> chosen.isEmpty() || words.contains(target.word()))
        .toList();
  }

  private static OptionalLong seconds() {
    String seconds = System.getProperty("fuzz.seconds", "");
    return seconds.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(seconds));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldFindNothing(Target target, TestReporter reporter) throws Exception {
    Corpus corpus = Corpus.of(target);
    Path folder = empty(Path.of("target", "fuzz", target.word()));
    Path found = Files.createDirectories(folder.resolve("found"));
    Jazzer jazzer = new Jazzer(target, folder);

    Jazzer.Outcome outcome =
        seconds().isPresent()
            ? jazzer.fuzz(found, corpus.folder(), seconds().getAsLong())
            : jazzer.fuzzBriefly(found, corpus.folder());

    reporter.publishEntry(target.word(), outcome.summary());
    Files.writeString(folder.resolve("summary"), outcome.summary() + "\n");
    if (seconds().isPresent()) {
      keep(jazzer, corpus, folder, outcome);
    }
    assertThat(outcome.status())
        .as("%s: inputs %s\n%s", target.word(), jazzer.broke(), outcome.tail())
        .isZero();
  }

  private static void keep(Jazzer jazzer, Corpus corpus, Path folder, Jazzer.Outcome outcome)
      throws IOException, InterruptedException {
    for (Path broke : jazzer.broke()) {
      corpus.keep(broke);
    }
    if (outcome.status() == 0) {
      Path merged = folder.resolve("merged");
      corpus.copyNamed(merged);
      Path all = Files.createDirectories(folder.resolve("all"));
      for (Path input : corpus.inputs()) {
        Files.copy(input, all.resolve(input.getFileName()));
      }
      for (Path input : new Corpus(folder.resolve("found")).inputs()) {
        // what the fuzzer finds again has the name that it had in the corpus
        Files.copy(input, all.resolve(input.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
      Jazzer.Outcome merge = jazzer.merge(merged, all);
      assertThat(merge.status()).as(merge.tail()).isZero();
      corpus.replaceFound(merged);
    }
  }

  private static Path empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return Files.createDirectories(folder).toAbsolutePath();
  }
}
