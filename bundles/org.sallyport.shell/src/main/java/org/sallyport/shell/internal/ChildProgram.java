// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.sallyport.api.admin.AdminException;

/**
 * A program that runs on behalf of a command: what it prints is handed on as it comes, and it is
 * told to end (SIGTERM) when the caller goes away. It has no input, and an environment of its own:
 * nothing of the daemon's is for it.
 */
final class ChildProgram {

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
          "LC_ALL", "C.UTF-8",
          "JAVA_HOME", System.getProperty("java.home"));

  /** How long a caller that went away may stay unnoticed while nothing is printed. */
  private static final long LOOK_AROUND_S = 1;

  /** How long it may take to clean up behind itself, once told to end. */
  private static final long GRACE_S = 60;

  private static final int PIECES = 64;
  private static final int PIECE_BYTES = 8192;

  /** Something it printed; no bytes is the end of that stream. */
  private static final class Piece {
    final boolean error;
    final byte[] bytes;

    Piece(boolean error, byte[] bytes) {
      this.error = error;
      this.bytes = bytes;
    }
  }

  private final List<String> words;
  private final BlockingQueue<Piece> printed = new ArrayBlockingQueue<>(PIECES);

  /**
   * Makes a program that does not run yet.
   *
   * @param words the path of its file, and its arguments
   */
  ChildProgram(List<String> words) {
    this.words = List.copyOf(words);
  }

  /**
   * Runs it to its end on the calling thread, whose streams the output's are: no other thread may
   * write to them.
   *
   * @return its exit status; 1 if the caller went away before
   */
  int run(Output output) {
    Process process = start();
    try {
      handOn(process, output);
      return process.waitFor();
    } catch (InterruptedException e) {
      // The way a caller goes. The thread is the shell's, which has no use for the flag.
      return 1;
    } finally {
      end(process);
    }
  }

  private Process start() {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw AdminException.refused(
          words.get(0) + " cannot be started: " + e.getMessage(), "", "is the distribution whole?");
    }
  }

  private void handOn(Process process, Output output) throws InterruptedException {
    read(process.getInputStream(), false);
    read(process.getErrorStream(), true);
    int open = 2;
    while (open > 0 && !output.out().checkError()) {
      Piece piece = printed.poll(LOOK_AROUND_S, TimeUnit.SECONDS);
      if (piece == null) {
        continue;
      }
      if (piece.bytes.length == 0) {
        open--;
      } else {
        var stream = piece.error ? output.err() : output.out();
        stream.write(piece.bytes, 0, piece.bytes.length);
        stream.flush();
      }
    }
  }

  private void read(InputStream stream, boolean error) {
    Thread reader = new Thread(() -> copy(stream, error), "sallyport-child-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Ends with its stream, which is closed when nobody reads any more. */
  private void copy(InputStream stream, boolean error) {
    byte[] buffer = new byte[PIECE_BYTES];
    try {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        if (count > 0) {
          printed.put(new Piece(error, Arrays.copyOf(buffer, count)));
        }
      }
      printed.put(new Piece(error, new byte[0]));
    } catch (IOException e) {
      // Somebody else's child holds it no more; the status tells the rest.
      boolean unused = printed.offer(new Piece(error, new byte[0]));
    } catch (InterruptedException e) {
      return; // nobody does that but a framework that ends
    }
  }

  /** Of no effect where it has ended. What it prints while it cleans up is dropped. */
  private void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    boolean unused = process.toHandle().destroy(); // its own would close what is read below
    Thread drain = new Thread(() -> drop(process), "sallyport-child-end");
    drain.setDaemon(true);
    drain.start();
    CompletableFuture.delayedExecutor(GRACE_S, TimeUnit.SECONDS).execute(process::destroyForcibly);
  }

  private void drop(Process process) {
    try {
      while (process.isAlive()) {
        Piece unused = printed.poll(LOOK_AROUND_S, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
