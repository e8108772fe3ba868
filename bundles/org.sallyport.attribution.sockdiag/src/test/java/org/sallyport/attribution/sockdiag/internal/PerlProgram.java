// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Another program with a socket of its own: perl, which prints a line and does as it is told. */
final class PerlProgram implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  PerlProgram(String script) throws IOException {
    this(List.of("perl"), script);
  }

  /** With words in front of perl's own, the last of them perl or a copy of it. */
  PerlProgram(List<String> command, String script) throws IOException {
    List<String> words = new ArrayList<>(command);
    // descriptors stay open over exec
    words.addAll(List.of("-e", "use Socket; $| = 1; $^F = 255; " + script));
    process = new ProcessBuilder(words).start();
    output = process.inputReader();
  }

  int pid() {
    return (int) process.pid();
  }

  String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException(
          new String(
              process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }
    return line;
  }

  void tell(String line) throws IOException {
    process.outputWriter().append(line).append('\n').flush();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.getOutputStream().close();
      output.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
