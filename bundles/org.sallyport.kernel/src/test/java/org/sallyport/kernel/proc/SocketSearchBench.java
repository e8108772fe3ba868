// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What it costs to find the holder of a new socket of a running program with 50 descriptors, as CPU
 * time of the searching thread. See docs/benchmarks.md.
 */
final class SocketSearchBench {

  private static final String PROGRAM =
      "use Socket; $| = 1; for (1..50) { open($f[$_], '<', '/dev/null') }"
          + " while (<STDIN>) { socket($s, PF_INET, SOCK_DGRAM, 17); print((stat($s))[1], qq(\\n)) }";
  private static final int ROUNDS = 3;
  private static final int SEARCHES = 5000;
  private static final long SECOND_NS = 1_000_000_000L;

  private SocketSearchBench() {}

  /** Prints a line for each round; the first ones warm up. */
  public static void main(String[] arguments) throws Exception {
    Process program = new ProcessBuilder("perl", "-e", PROGRAM).start();
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    try (SocketSearch search = new SocketSearch(new ProcFs(ProcFs.ROOT), 8192, System::nanoTime);
        BufferedReader answers = program.inputReader();
        BufferedWriter orders = program.outputWriter()) {
      for (int round = 0; round < ROUNDS; round++) {
        long[] spentNs = new long[SEARCHES];
        for (int i = 0; i < SEARCHES; i++) {
          orders.append("next\n").flush();
          spentNs[i] = cpuOf(search, Long.parseLong(answers.readLine()));
        }
        Arrays.sort(spentNs);
        out.printf(
            "median %d us, p99 %d us, %s%n",
            spentNs[SEARCHES / 2] / 1000, spentNs[SEARCHES * 99 / 100] / 1000, search.counters());
      }
    } finally {
      program.destroy();
    }
  }

  private static long cpuOf(SocketSearch search, long inode) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long startNs = threads.getCurrentThreadCpuTime();
    SearchResult result = search.search(inode, 0, System.nanoTime() + SECOND_NS);
    long spentNs = threads.getCurrentThreadCpuTime() - startNs;
    if (!(result instanceof SearchResult.Found)) {
      throw new IllegalStateException("not found: " + result);
    }
    return spentNs;
  }
}
