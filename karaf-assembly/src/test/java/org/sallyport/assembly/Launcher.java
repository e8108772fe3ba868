// SPDX-License-Identifier: Apache-2.0
package org.sallyport.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The built launcher with folders of its own, disarmed and in a network namespace of its own. */
final class Launcher {
  static final Path HOME = Path.of("target/assembly").toAbsolutePath();
  private static final Path BIN = HOME.resolve("bin/sallyport");
  private static final int START_TIMEOUT_S = 60;

  final Path folder;
  Path etc;
  Path state;
  Path run;

  Launcher(Path folder) {
    this.folder = folder;
    etc = folder.resolve("etc");
    state = folder.resolve("state");
    run = folder.resolve("run");
  }

  /** What a finished command left behind. */
  record Result(int status, String out, String err) {}

  /** Runs the launcher to its end. */
  Result run(String... words) throws Exception {
    Process process = start("ended", words);
    assertThat(process.waitFor(START_TIMEOUT_S, TimeUnit.SECONDS)).as("the command ends").isTrue();
    return new Result(process.exitValue(), out("ended"), err("ended"));
  }

  /** Starts a daemon with an empty cache and waits until every boot feature is installed. */
  Process startDaemon(String name) throws Exception {
    Instant before = Instant.now();
    Process daemon = start(name, "daemon");
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_S);
    while (!bootDoneSince(before)) {
      assertThat(System.nanoTime()).as("time to start; log: %s", err(name)).isLessThan(deadlineNs);
      assertThat(daemon.waitFor(50, TimeUnit.MILLISECONDS)).as("ended: %s", err(name)).isFalse();
    }
    return daemon;
  }

  Process start(String name, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "--net", BIN.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SALLYPORT_ETC", etc.toString());
    builder.environment().put("SALLYPORT_STATE", state.toString());
    builder.environment().put("SALLYPORT_RUN", run.toString());
    builder.environment().put("SALLYPORT_ARM", "no");
    builder.redirectOutput(folder.resolve(name + ".out").toFile());
    builder.redirectError(folder.resolve(name + ".err").toFile());
    return builder.start();
  }

  String out(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".out"));
  }

  String err(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".err"));
  }

  /** The folders below the state folder that hold one build's Karaf each. */
  List<Path> bases() throws IOException {
    Path parent = state.resolve("karaf");
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> bases = Files.list(parent)) {
      return bases.toList();
    }
  }

  private boolean bootDoneSince(Instant start) throws IOException {
    for (Path base : bases()) {
      try (Stream<Path> files =
          Files.find(base, 6, (path, a) -> path.endsWith("data/state.json"))) {
        if (files.anyMatch(file -> isBootDone(file, start))) {
          return true;
        }
      } catch (UncheckedIOException e) {
        return false; // A file went away while the folder was read: not done yet.
      }
    }
    return false;
  }

  private static boolean isBootDone(Path file, Instant start) {
    try {
      return Files.getLastModifiedTime(file).toInstant().isAfter(start)
          && Files.readString(file).contains("\"bootDone\":true");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
