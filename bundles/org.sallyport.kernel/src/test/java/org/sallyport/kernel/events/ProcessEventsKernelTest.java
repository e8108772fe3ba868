// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sallyport.kernel.internal.OwnNamespace;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ProcStat;
import org.sallyport.kernel.proc.SocketHolder;

class ProcessEventsKernelTest {

  private static final String GONE = "who may have sent it by the same socket has ended";

  /** A shell, whose descriptors 0 to 2 are handed down. */
  private static final class Shell implements AutoCloseable {
    private final Process process;

    Shell(String script) throws IOException {
      process = new ProcessBuilder("sh", "-c", script).start();
    }

    SocketHolder holding(int descriptor) {
      int pid = (int) process.pid();
      ProcStat stat = ((ProcRead.Done<ProcStat>) new ProcFs(ProcFs.ROOT).stat(pid)).value();
      return new SocketHolder(pid, stat.startTimeTicks(), descriptor);
    }

    String line() throws IOException {
      return process.inputReader().readLine();
    }

    void tell(String line) throws IOException {
      process.outputWriter().append(line).append('\n').flush();
    }

    @Override
    public void close() throws IOException {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.getOutputStream().close();
    }
  }

  private static void assertTells() throws IOException {
    try (ProcessEvents events = ProcessEvents.share();
        Shell shell = new Shell("echo ready; read go; (exit 0); echo gone; read go")) {
      assertThat(events.figures()).isEqualTo("process events lost 0 times");
      assertThat(shell.line()).isEqualTo("ready");
      long startNs = System.nanoTime();
      SocketHolder holder = shell.holding(0);
      assertThat(events.doubt(holder, startNs, true)).isEmpty();
      shell.tell("go");
      assertThat(shell.line()).isEqualTo("gone");
      assertThat(events.doubt(holder, startNs, true)).get().asString().startsWith(GONE);
      assertThat(events.doubt(holder, System.nanoTime(), true)).isEmpty();
    }
  }

  @Test
  void shouldTellOfWhatHappensNow() throws Exception {
    assertTells();
  }

  /** The daemon may run in another network namespace than the first one. */
  @Test
  void shouldTellInAnyNetworkNamespace() throws Exception {
    try (OwnNamespace namespace = new OwnNamespace()) {
      namespace.run(
          () -> {
            assertTells();
            return null;
          });
    }
  }

  /** Its end is told after it has given up its descriptors; until then it is seen to end. */
  @Test
  void shouldDoubtWhileAChildIsAtItsEnd() throws Exception {
    try (ProcessEvents events = ProcessEvents.share();
        Shell shell = new Shell("while read go; do (exit 0) & echo there; done")) {
      for (int i = 0; i < 200; i++) {
        long beforeNs = System.nanoTime();
        shell.tell("go");
        assertThat(shell.line()).isEqualTo("there");
        SocketHolder holder = shell.holding(0);
        long endNs = beforeNs + TimeUnit.SECONDS.toNanos(20);
        while (events.doubt(holder, beforeNs, true).isEmpty()) {
          assertThat(System.nanoTime() - endNs).isNegative();
        }
        assertThat(events.doubt(holder, beforeNs, true)).as("and then for good").isPresent();
      }
    }
  }

  @Test
  void shouldBeReadOnceForAll() throws Exception {
    ProcessEvents second = ProcessEvents.share();
    try (ProcessEvents first = ProcessEvents.share()) {
      assertThat(second).isSameAs(first);
      second.close();
      try (Shell shell = new Shell("echo ready; read go; (exit 0); echo gone; read go")) {
        assertThat(shell.line()).isEqualTo("ready");
        long startNs = System.nanoTime();
        shell.tell("go");
        assertThat(shell.line()).isEqualTo("gone");
        assertThat(first.doubt(shell.holding(0), startNs, true)).isPresent();
      }
    }
  }

  @Test
  void shouldDoubtNobodyWithoutEvents() throws Exception {
    try (ProcessEvents none = ProcessEvents.none("nobody asked for them");
        Shell shell = new Shell("exec cat")) {
      SocketHolder holder = shell.holding(0);
      assertThat(none.doubt(holder, ProcessEvents.UNKNOWN_TIME, true)).isEmpty();
      assertThat(none.figures()).isEqualTo("without process events: nobody asked for them");
    }
  }
}
