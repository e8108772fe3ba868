// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.names;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs with an empty environment, in the C locale, with no input. */
final class HostCommands implements CommandRunner {

  // A pipe holds this much: a program that prints more blocks, is late, and is ended.
  private static final int MAX_OUTPUT_BYTES = 65_536;

  HostCommands() {}

  @Override
  public Result run(List<String> command, long timeoutMs) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("LC_ALL", "C");
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      return finished(process, command.get(0), timeoutMs);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Result finished(Process process, String name, long timeoutMs) throws IOException {
    try {
      if (!process.waitFor(timeoutMs, TimeUnit.MILLISECONDS)) {
        throw new IOException(name + " did not answer within " + timeoutMs + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(name + " was interrupted");
    }
    try (InputStream output = process.getInputStream()) {
      byte[] bytes = output.readNBytes(MAX_OUTPUT_BYTES);
      return new Result(process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
