// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The built daemon in a network namespace, with folders of its own. */
public final class Daemon implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(90);
  private static final int END_S = 30;
  private static final Path LAUNCHER =
      Path.of(System.getProperty("sallyport.assembly"), "bin", "sallyport");

  private final String namespace;
  private final Path folder;
  private List<String> before = List.of();
  private String capabilities = "";
  private Process process;
  private int starts;

  /** A daemon that is not started yet. */
  public Daemon(String namespace, Path folder) {
    this.namespace = namespace;
    this.folder = folder;
  }

  /** Writes the person's settings file; the next start reads it. */
  public void settings(String yaml) {
    try {
      Files.createDirectories(etc());
      Files.writeString(etc().resolve("sallyport.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it and waits until it says that it is ready. */
  public Daemon start() {
    begin();
    awaitReady();
    return this;
  }

  /** From now on it is started by a command that ends in becoming it. */
  public Daemon startedBy(List<String> command) {
    before = List.copyOf(command);
    return this;
  }

  /** From now on it has these capabilities only, by the names of setpriv(1). */
  public Daemon withCapabilities(String names) {
    capabilities = names;
    return this;
  }

  /** Starts it without waiting. */
  public Daemon begin() {
    if (!Files.isExecutable(LAUNCHER)) {
      throw new AssertionError(LAUNCHER + " is not built");
    }
    starts++;
    List<String> words = new ArrayList<>(before);
    words.addAll(
        List.of("nsenter", "--net=/run/netns/" + namespace, LAUNCHER.toString(), "daemon"));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment());
    if (!capabilities.isEmpty()) {
      builder.environment().put("SALLYPORT_CAPABILITIES", capabilities);
    }
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.redirectOutput(out().toFile()).redirectError(err().toFile());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Waits for the one line on standard output. */
  public void awaitReady() {
    Await.until("sallyport: ready", START, () -> !output().isEmpty() || ended(), this::log);
    if (!output().equals("sallyport: ready\n")) {
      throw new AssertionError("standard output: '" + output() + "'; log: " + log());
    }
  }

  private boolean ended() {
    return !process.isAlive();
  }

  /** The folders, as the launcher and its client want them. */
  public Map<String, String> environment() {
    return Map.of(
        "SALLYPORT_ETC", etc().toString(),
        "SALLYPORT_STATE", folder.resolve("state").toString(),
        "SALLYPORT_RUN", folder.resolve("run").toString());
  }

  /** A person's folder. */
  public Path etc() {
    return folder.resolve("etc");
  }

  /** The daemon's process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** All of its standard output. */
  public String output() {
    return read(out());
  }

  /** All of its standard error. */
  public String log() {
    return read(err());
  }

  /** A client of it. */
  public Client client() {
    return new Client(LAUNCHER, environment());
  }

  /** Stops it where it is, as a machine under too much load would: it is there and does nothing. */
  public void pause() {
    Command.of("kill", "-STOP", Long.toString(pid())).must();
  }

  /** Has it go on. */
  public void resume() {
    Command.of("kill", "-CONT", Long.toString(pid())).must();
  }

  /** Ends it as a crash would. */
  public void kill() {
    process.destroyForcibly();
    end(END_S);
  }

  /** Asks it to end, and tells its exit status; fails if that takes more than five seconds. */
  public int terminate() {
    process.destroy();
    return end(5);
  }

  private int end(int deadlineS) {
    try {
      if (!process.waitFor(deadlineS, TimeUnit.SECONDS)) {
        throw new AssertionError("still runs after " + deadlineS + " s: " + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private Path out() {
    return folder.resolve("daemon-" + starts + ".out");
  }

  private Path err() {
    return folder.resolve("daemon-" + starts + ".err");
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
    if (process != null && process.isAlive()) {
      kill();
    }
  }
}
