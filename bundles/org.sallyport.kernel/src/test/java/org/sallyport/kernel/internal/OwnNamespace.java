// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs test code in a network namespace of its own: one thread leaves the process's namespace, its
 * children follow it, and the namespace vanishes with the thread and its sockets.
 */
public final class OwnNamespace implements AutoCloseable {

  private static final int CLONE_NEWNET = 0x40000000;

  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  static {
    Native.register(OwnNamespace.class, "c");
  }

  /** {@code int unshare(int flags)}. */
  private static native int unshare(int flags);

  public OwnNamespace() throws Exception {
    run(
        () -> {
          assertThat(unshare(CLONE_NEWNET)).as("needs root").isZero();
          command("ip", "link", "set", "lo", "up");
          return null;
        });
  }

  public <T> T run(Callable<T> body) throws Exception {
    try {
      return thread.submit(body).get();
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  public static void command(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
