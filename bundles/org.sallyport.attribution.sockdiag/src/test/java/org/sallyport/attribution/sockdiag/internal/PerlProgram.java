// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Another program with a socket of its own: perl, which prints a line and does as it is told. */
final class PerlProgram implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  PerlProgram(String script) throws IOException {
    // descriptors stay open over exec
    String start = "use Socket; $| = 1; $^F = 255; ";
    process = new ProcessBuilder("perl", "-e", start + script).start();
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
