// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code sallyport selftest}, with a folder of its own by which all it leaves behind is known. */
public final class Selftest implements AutoCloseable {

  private static final int DEADLINE_S = 600;
  private static final int END_S = 60;

  private final Path folder;
  private final Process process;

  /** Starts it; {@code --json} is among its options. */
  public Selftest(String... options) {
    try {
      folder = Files.createTempDirectory(Path.of("/tmp"), "sallyport-it-selftest");
      List<String> words =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("sallyport.assembly"), "bin", "sallyport").toString(),
                  "selftest",
                  "--json"));
      words.addAll(List.of(options));
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().put("TMPDIR", folder.toString());
      process = builder.redirectOutput(out().toFile()).redirectError(err().toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end and tells its exit status. */
  public int status() {
    return status(DEADLINE_S);
  }

  private int status(int deadlineS) {
    try {
      if (!process.waitFor(deadlineS, TimeUnit.SECONDS)) {
        throw new AssertionError("still runs after " + deadlineS + " s: " + news());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Asks it to end, and tells its exit status. */
  public int terminate() {
    process.destroy();
    return status(END_S);
  }

  /** Waits until it says something on standard error. */
  public void awaitNews(String text) {
    Await.until(
        text,
        Duration.ofSeconds(DEADLINE_S),
        () -> news().contains(text) || !process.isAlive(),
        this::news);
  }

  /** What it found. */
  public SelftestReport report() {
    return new SelftestReport(Client.parse(read(out())));
  }

  /** What it said on its way. */
  public String news() {
    return read(err());
  }

  /** What it left in its folder, still runs from there, or is mounted there. */
  public List<String> leftovers() {
    List<String> left = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "sallyport-*")) {
      files.forEach(file -> left.add(file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    read(Path.of("/proc/mounts")).lines().filter(this::isOurs).forEach(left::add);
    ProcessHandle.allProcesses()
        .map(handle -> Path.of("/proc", Long.toString(handle.pid()), "environ"))
        .filter(environment -> isOurs(readable(environment)))
        .forEach(environment -> left.add(environment.toString()));
    return left;
  }

  private boolean isOurs(String text) {
    return text.contains(folder.toString());
  }

  /** A process may end while it is looked at. */
  private static String readable(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path err() {
    return folder.resolve("err");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      terminate();
    }
    try {
      Files.delete(out());
      Files.delete(err());
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
