// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;

/**
 * Runs real programs with a clean environment, a deadline and bounded output. A program that is
 * late or too talkative is killed. The calling thread waits; three short-lived threads move bytes,
 * so that no full pipe can hold the caller beyond the deadline.
 */
final class ProcessCommandRunner implements CommandRunner {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");
  private static final Executor DAEMON_THREADS =
      task -> {
        Thread thread = new Thread(task, "sallyport-netfilter-pipe");
        thread.setDaemon(true);
        thread.start();
      };

  private final List<String> prefix;
  private final Duration timeout;
  private final int maxOutputBytes;

  /**
   * A runner.
   *
   * @param prefix put in front of each command, such as {@code nsenter --net=…}; usually empty
   * @param timeout after which a program is killed
   * @param maxOutputBytes what it may write to each of its outputs
   */
  ProcessCommandRunner(List<String> prefix, Duration timeout, int maxOutputBytes) {
    this.prefix = List.copyOf(prefix);
    this.timeout = timeout;
    this.maxOutputBytes = maxOutputBytes;
  }

  @Override
  public CommandResult run(List<String> command, String input) {
    Process process = start(command);
    try {
      CompletableFuture<Void> in = async(() -> feed(process.getOutputStream(), input));
      CompletableFuture<String> out = asyncRead(process.getInputStream());
      CompletableFuture<String> err = asyncRead(process.getErrorStream());
      CompletableFuture.allOf(in, out, err).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw late(command);
      }
      return new CommandResult(process.exitValue(), out.join(), err.join());
    } catch (TimeoutException e) {
      throw late(command);
    } catch (ExecutionException e) {
      throw new NetfilterException(
          Kind.GARBLED, command.get(0) + ": " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetfilterException(
          Kind.TIMEOUT, command.get(0) + " was killed because its caller was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(List<String> command) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).directory(new File("/"));
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new NetfilterException(
          Kind.TOOL_MISSING, line.get(0) + " cannot be started: " + e.getMessage(), e);
    }
  }

  private NetfilterException late(List<String> command) {
    return new NetfilterException(
        Kind.TIMEOUT,
        command.get(0)
            + " did not end within "
            + timeout.toMillis()
            + " ms and was killed; look for another program that holds the tables");
  }

  private static CompletableFuture<Void> async(Runnable task) {
    return CompletableFuture.runAsync(task, DAEMON_THREADS);
  }

  private CompletableFuture<String> asyncRead(InputStream stream) {
    return CompletableFuture.supplyAsync(() -> read(stream), DAEMON_THREADS);
  }

  private static void feed(OutputStream stream, String input) {
    try (stream) {
      stream.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException ignored) {
      // The program ended before it read everything; its exit code and errors say why.
      return;
    }
  }

  private String read(InputStream stream) {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    try (stream) {
      for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
        if (kept.size() + n > maxOutputBytes) {
          throw new IllegalStateException("wrote more than " + maxOutputBytes + " bytes");
        }
        kept.write(chunk, 0, n);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kept.toString(StandardCharsets.UTF_8);
  }
}
