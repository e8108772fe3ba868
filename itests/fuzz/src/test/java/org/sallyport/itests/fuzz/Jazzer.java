// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Jazzer on one target, in a process of its own: instrumented code stays there, and a full heap or
 * an endless loop ends nothing else.
 */
final class Jazzer {

  private static final long MOMENT_S = 2;
  private static final int INPUT_TIMEOUT_S = 60;
  private static final long STARTUP_S = 240;
  private static final int SHOWN_LINES = 60;
  private static final Pattern FINAL =
      Pattern.compile("#([0-9]+)\\s+DONE\\s+cov: ([0-9]+) ft: ([0-9]+) corp: ([0-9]+)");

  private final Target target;
  private final Path folder;

  /** Works on a target, with its files in an empty folder. */
  Jazzer(Target target, Path folder) {
    this.target = target;
    this.folder = folder;
  }

  /**
   * How a run ended.
   *
   * @param status 0 if nothing was found
   * @param output what it said
   */
  record Outcome(int status, List<String> output) {

    /** The last lines, for a message. */
    String tail() {
      int from = Math.max(0, output.size() - SHOWN_LINES);
      return String.join("\n", output.subList(from, output.size()));
    }

    /** Runs, edges, features and inputs at the end. */
    String summary() {
      for (int i = output.size() - 1; i >= 0; i--) {
        Matcher line = FINAL.matcher(output.get(i));
        if (line.find()) {
          return String.format(
              "%s runs, %s edges, %s features, %s inputs",
              line.group(1), line.group(2), line.group(3), line.group(4));
        }
      }
      return "no summary";
    }
  }

  /** Replays the inputs of a folder and fuzzes for a moment from them on. */
  Outcome fuzzBriefly(Path found, Path inputs) throws IOException, InterruptedException {
    // Most of it is the start, which is quicker without the second compiler.
    List<String> quick = List.of("-XX:TieredStopAtLevel=1");
    return run(MOMENT_S, quick, "-max_total_time=" + MOMENT_S, found.toString(), inputs.toString());
  }

  /** Replays the inputs of a folder and fuzzes from them on; new ones go to another folder. */
  Outcome fuzz(Path found, Path inputs, long seconds) throws IOException, InterruptedException {
    return run(
        seconds,
        List.of(),
        "-max_total_time=" + seconds,
        "-use_value_profile=1",
        "--coverage_report=" + folder.resolve("coverage.txt"),
        found.toString(),
        inputs.toString());
  }

  /** Adds to a folder what the inputs of another cover and its own do not. */
  Outcome merge(Path into, Path from) throws IOException, InterruptedException {
    return run(
        STARTUP_S, List.of(), "-merge=1", "-use_counters=0", into.toString(), from.toString());
  }

  private Outcome run(long seconds, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>(command());
    command.addAll(1, options);
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(seconds + STARTUP_S, TimeUnit.SECONDS)) {
        throw new AssertionError(target.word() + " does not end; see " + log.toAbsolutePath());
      }
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), Files.readAllLines(log, StandardCharsets.ISO_8859_1));
  }

  private List<String> command() {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-cp",
        classes,
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + target.className(),
        "--instrumentation_includes=" + target.instrumented(),
        "--custom_hook_excludes=**", // its detectors are for web applications
        "--reproducer_path=" + folder,
        "-artifact_prefix=" + folder + File.separator,
        "-timeout=" + INPUT_TIMEOUT_S,
        "-rss_limit_mb=0"); // the heap's limit is the limit
  }

  /** The inputs that broke something. */
  List<Path> broke() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("(crash|timeout|oom)-.*"))
          .sorted()
          .toList();
    }
  }
}
