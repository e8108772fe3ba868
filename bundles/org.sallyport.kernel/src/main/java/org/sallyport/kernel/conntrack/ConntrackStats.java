// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.conntrack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel lost because its table of connections was full: {@code
 * /proc/net/stat/nf_conntrack}, a line of names and a line of hexadecimal numbers per processor
 * ({@code net/netfilter/nf_conntrack_standalone.c}, ct_cpu_seq_show).
 *
 * <p>{@code insert_failed} is left out: it counts two packets that opened the same flow at once,
 * which happens with room to spare.
 *
 * @param dropped packets dropped since no entry could be made
 * @param evicted flows pushed out early to make room for others
 */
public record ConntrackStats(long dropped, long evicted) {

  /** Where the kernel tells, for the network namespace of the calling thread. */
  public static final Path PROC_FILE = Path.of("/proc/thread-self/net/stat/nf_conntrack");

  private static final int HEX = 16;

  /**
   * Reads the figures.
   *
   * @param procFile {@link #PROC_FILE}
   * @return the sums over all processors, or empty if the kernel does not tell
   */
  public static Optional<ConntrackStats> read(Path procFile) {
    List<String> lines;
    try {
      lines = Files.readAllLines(procFile, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return Optional.empty(); // no connection tracking in this kernel or namespace
    }
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = Arrays.asList(lines.get(0).strip().split("\\s+"));
    List<String> processors = lines.subList(1, lines.size());
    try {
      return Optional.of(
          new ConntrackStats(
              sum(processors, names.indexOf("drop")),
              sum(processors, names.indexOf("early_drop"))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static long sum(List<String> processors, int column) {
    long sum = 0;
    for (String line : processors) {
      String[] field = line.strip().split("\\s+");
      if (column >= 0 && column < field.length) {
        sum += Long.parseLong(field[column], HEX);
      }
    }
    return sum;
  }

  /**
   * All that was lost.
   *
   * @return packets dropped and flows evicted
   */
  public long lost() {
    return dropped + evicted;
  }
}
