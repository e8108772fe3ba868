// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A running command that prints one JSON object per line. */
public final class Follower implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Process process;
  private final Path out;

  Follower(ProcessBuilder builder) throws IOException {
    out = Files.createTempFile("sallyport-it", ".follow");
    process =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The first object of which that holds; waits for it. */
  public JsonNode await(String what, Predicate<JsonNode> wanted) {
    Await.until(what, DEADLINE, () -> objects().stream().anyMatch(wanted), this::text);
    return objects().stream().filter(wanted).findFirst().orElseThrow();
  }

  /** The same, while something is done again and again until it shows. */
  public JsonNode awaitAfter(String what, Runnable step, Predicate<JsonNode> wanted) {
    Await.until(
        what,
        DEADLINE,
        () -> {
          step.run();
          return objects().stream().anyMatch(wanted);
        },
        this::text);
    return await(what, wanted);
  }

  private List<JsonNode> objects() {
    String text = text();
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Client::parse).toList();
  }

  private String text() {
    try {
      return Files.readString(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it with SIGTERM and tells its exit status. */
  public int terminate() {
    process.destroy();
    try {
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
