// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process one talks to in lines, each answer within a deadline. */
final class Talker implements AutoCloseable {

  private static final int DEADLINE_S = 30;

  private final Process process;
  private final Writer writer;
  // Unbounded: holds what a well-known script of ours says.
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  Talker(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    writer = process.outputWriter(UTF_8);
    Thread reader = new Thread(this::read, "talker-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("error: " + e.getMessage());
    }
  }

  String next() {
    return next(DEADLINE_S);
  }

  private String next(int seconds) {
    try {
      String line = lines.poll(seconds, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("no answer from " + process.info().commandLine());
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Asks what takes as long as it takes, but not for ever. */
  String askPatiently(String line, int seconds) {
    tell(line);
    return next(seconds);
  }

  String ask(String line) {
    tell(line);
    return next();
  }

  void tell(String line) {
    try {
      writer.write(line + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close(); // children that share the input end, too
      if (!process.waitFor(DEADLINE_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
