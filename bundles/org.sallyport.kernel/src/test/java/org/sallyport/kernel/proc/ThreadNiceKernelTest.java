// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Asks the kernel; needs root, as the daemon does. */
class ThreadNiceKernelTest {

  private static final int NICE = 16; // counted from the state, the first field behind the name

  /** On a thread of its own, which ends with it. */
  private static int niceAfter(Runnable change) {
    return CompletableFuture.supplyAsync(
            () -> {
              change.run();
              return nice();
            },
            task -> new Thread(task, "nice").start())
        .join();
  }

  private static int nice() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldPutOneThreadAheadAndAnotherBehind() {
    int usual = niceAfter(() -> {});
    assertThat(niceAfter(ThreadNice::goFirst)).isEqualTo(-5).isLessThan(usual);
    assertThat(niceAfter(ThreadNice::giveWay)).isEqualTo(10).isGreaterThan(usual);
    assertThat(nice()).as("of the caller").isEqualTo(usual);
  }
}
