// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** The figures of a run of swaps, as a text for people. */
final class SwapReport {

  private record Figure(long tookMs, long worstConnectMs) {}

  private final Map<String, List<Figure>> figures = new TreeMap<>();
  private final StringBuilder head = new StringBuilder();

  /** Notes a line about the whole run. */
  void line(String text) {
    head.append(text).append('\n');
  }

  /** Notes a swap. */
  void add(Swap swap, long tookMs, long worstConnectMs) {
    figures
        .computeIfAbsent(swap.toString(), name -> new ArrayList<>())
        .add(new Figure(tookMs, worstConnectMs));
  }

  private static long median(List<Figure> all, ToLongFunction<Figure> value) {
    long[] sorted = all.stream().mapToLong(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static long worst(List<Figure> all, ToLongFunction<Figure> value) {
    return all.stream().mapToLong(value).max().orElse(0);
  }

  /** Keeps the text where the build keeps its results. */
  void write() throws IOException {
    Path folder = Files.createDirectories(Path.of("target"));
    Files.writeString(folder.resolve("swap-report.txt"), toString());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(head);
    text.append(
        String.format(
            "%-32s %5s %12s %12s %14s %14s%n",
            "swap", "times", "median ms", "worst ms", "connect median", "connect worst"));
    figures.forEach(
        (name, all) ->
            text.append(
                String.format(
                    "%-32s %5d %12d %12d %14d %14d%n",
                    name,
                    all.size(),
                    median(all, Figure::tookMs),
                    worst(all, Figure::tookMs),
                    median(all, Figure::worstConnectMs),
                    worst(all, Figure::worstConnectMs))));
    return text.toString();
  }
}
