// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that is run to its end, within a deadline. */
public final class Command {

  private static final int DEADLINE_S = 30;

  private final List<String> words;
  private final Map<String, String> environment = new HashMap<>();
  private String input = "";

  private Command(List<String> words) {
    this.words = List.copyOf(words);
  }

  /**
   * What a finished command left behind.
   *
   * @param status its exit status
   * @param out its standard output
   * @param err its standard error
   */
  public record Result(int status, String out, String err) {}

  /** A command of these words. */
  public static Command of(String... words) {
    return new Command(List.of(words));
  }

  /** The same command in a network namespace. */
  public Command in(String namespace) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
    all.addAll(words);
    Command inside = new Command(all);
    inside.environment.putAll(environment);
    inside.input = input;
    return inside;
  }

  /** With more environment. */
  public Command with(Map<String, String> more) {
    environment.putAll(more);
    return this;
  }

  /** With standard input, which is empty otherwise. */
  public Command reading(String text) {
    input = text;
    return this;
  }

  /** Runs it. */
  public Result run() {
    try {
      Path out = Files.createTempFile("sallyport-it", ".out");
      Path err = Files.createTempFile("sallyport-it", ".err");
      try {
        return run(out, err);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result run(Path out, Path err) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try (var standardInput = process.getOutputStream()) {
      standardInput.write(input.getBytes(UTF_8));
    } catch (IOException e) {
      // It did not read its input; its status tells more.
      input = "";
    }
    try {
      if (!process.waitFor(DEADLINE_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("does not end: " + words + ": " + Files.readString(err));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + words, e);
    }
    return new Result(
        process.exitValue(),
        new String(Files.readAllBytes(out), UTF_8),
        new String(Files.readAllBytes(err), UTF_8));
  }

  /** Runs it, and fails unless it ends with 0. */
  public Result must() {
    Result result = run();
    if (result.status() != 0) {
      throw new AssertionError(words + " ended with " + result.status() + ": " + result.err());
    }
    return result;
  }
}
