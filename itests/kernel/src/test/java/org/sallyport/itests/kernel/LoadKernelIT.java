// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Connects;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Flows;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Protocol;

/**
 * The whole daemon under many new flows a second. A build's machine is shared, so by default the
 * load is small; {@code docs/benchmarks.md} has the commands for more.
 */
class LoadKernelIT {

  private static final int RATE = Integer.getInteger("sallyport.load.rate", 500);
  private static final int SECONDS = Integer.getInteger("sallyport.load.seconds", 3);
  private static final int OVERLOAD = Integer.getInteger("sallyport.load.overload", 10_000);
  private static final int FLOOD = Integer.getInteger("sallyport.load.flood", 4000);
  private static final int PAIRS = Integer.getInteger("sallyport.load.pairs", 5);
  private static final String FEATURE = System.getProperty("sallyport.load.feature", "");
  private static final int QUEUE = 5050;
  private static final int SINK = 30_000;
  private static final double PATIENCE_S = 10;

  private static Lab lab;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    if (!FEATURE.isEmpty()) {
      lab.client().must("feature:install", FEATURE);
    }
    lab.namespaces().prepareForLoad();
    AutoCloseable unused = lab.sink(SINK); // ends with the lab
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  private static int freshPorts() {
    return IntStream.range(0, Flows.Load.PORTS)
        .map(i -> lab.server().freshPort())
        .min()
        .orElseThrow();
  }

  private static long arrivals(Protocol protocol, int firstPort) {
    return IntStream.range(firstPort, firstPort + Flows.Load.PORTS)
        .mapToLong(port -> lab.server().settledArrivals(protocol, Family.V4, port))
        .sum();
  }

  private static Flows.Sum run(String name, Flows.Load load) {
    try (Flows flows = lab.flows(name, load)) {
      return flows.await();
    }
  }

  /** Lost by the kernel because the queue or our socket was full: in the fast one, in parking. */
  private static long[] droppedInEach() {
    return IntStream.of(QUEUE, QUEUE + 1)
        .mapToObj(lab.namespaces()::queue)
        .mapToLong(fields -> fields[5] + fields[6])
        .toArray();
  }

  private static void awaitEmptyQueues() {
    Await.until(
        "empty queues",
        Duration.ofSeconds(20),
        () -> lab.namespaces().queue(QUEUE)[2] + lab.namespaces().queue(QUEUE + 1)[2] == 0);
  }

  private static long counted(String situation) {
    return lab.client().json("status").at("/fail/" + situation + "/count").asLong();
  }

  /** Open descriptors of the daemon, and bytes of its heap that are reachable. */
  private static long[] resources() {
    String histogram =
        Command.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(lab.daemon().pid()),
                "GC.class_histogram")
            .must()
            .out();
    String[] total = histogram.strip().lines().reduce("", (a, line) -> line).split(" +");
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + lab.daemon().pid() + "/fd"))) {
      return new long[] {descriptors.count(), Long.parseLong(total[2])};
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldLoseNoFlowOfAnAllowedProgram() {
    run("allowed", new Flows.Load(Protocol.TCP, RATE, 2, PATIENCE_S, SINK)); // warms up
    resources();
    final long[] before = resources();
    final long[] droppedBefore = droppedInEach();
    final long unknownBefore = counted("unattributed");
    Flows.Sum sum = run("allowed", new Flows.Load(Protocol.TCP, RATE, SECONDS, PATIENCE_S, SINK));
    awaitEmptyQueues();
    long[] after = resources();
    report("allowed, " + RATE + "/s for " + SECONDS + " s: " + sum + flat(before, after));
    assertThat(sum.connected()).as("%s", sum).isEqualTo(sum.sent());
    assertThat(droppedInEach()).as("lost in the kernel").isEqualTo(droppedBefore);
    assertThat(counted("unattributed")).isEqualTo(unknownBefore);
    assertFlat(before, after);
  }

  private static String flat(long[] before, long[] after) {
    return String.format(
        ", descriptors %d to %d, heap %d to %d KiB",
        before[0], after[0], before[1] >> 10, after[1] >> 10);
  }

  private static void assertFlat(long[] before, long[] after) {
    assertThat(after[0]).as("descriptors").isLessThanOrEqualTo(before[0] + 4);
    assertThat(after[1]).as("heap").isLessThanOrEqualTo(before[1] + (8 << 20));
  }

  /** For a person; the figures say nothing that is asserted. */
  private static void report(String line) {
    try {
      Path file = Files.createDirectories(Path.of("target")).resolve("load-report.txt");
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldCountWhatItLosesAboveItsRateAndBeAsBefore() {
    run("allowed", new Flows.Load(Protocol.TCP, OVERLOAD, 2, 1, SINK)); // every worker has begun
    awaitEmptyQueues();
    resources();
    final long[] before = resources();
    final long[] droppedBefore = droppedInEach();
    final long fullBefore = counted("queue-full");
    final long parkingBefore = counted("parking-full");
    Flows.Load load = new Flows.Load(Protocol.TCP, OVERLOAD, SECONDS, 1, SINK);
    Flows.Sum sum = run("allowed", load);
    awaitEmptyQueues();
    long[] dropped = droppedInEach();
    Await.until(
        "each drop of the kernel is counted",
        Duration.ofSeconds(10),
        () -> counted("queue-full") - fullBefore == dropped[0] - droppedBefore[0]);
    long[] after = resources();
    report(
        OVERLOAD
            + "/s for "
            + SECONDS
            + " s: "
            + sum
            + ", dropped by the fast queue "
            + (dropped[0] - droppedBefore[0])
            + flat(before, after));
    assertThat(counted("parking-full") - parkingBefore)
        .isGreaterThanOrEqualTo(dropped[1] - droppedBefore[1]);
    assertFlat(before, after);
    Flows.Load gentle = new Flows.Load(Protocol.TCP, RATE, 1, PATIENCE_S, SINK);
    Flows.Sum later = run("allowed", gentle);
    assertThat(later.connected()).as("%s", later).isEqualTo(later.sent());
  }

  @Test
  void shouldLetAnAllowedProgramGoOnBesideAFloodOfRefusedFlows() {
    try (Connects allowed = lab.connects("allowed", SINK)) {
      allowed.goOnFor(3); // warms up
      for (Protocol protocol : List.of(Protocol.UDP, Protocol.TCP)) {
        beside(protocol, allowed);
      }
    }
  }

  private static void beside(Protocol protocol, Connects allowed) {
    int port = freshPorts();
    Flows.Load load = new Flows.Load(protocol, FLOOD, 2, 0, port);
    List<Double> shares = new ArrayList<>();
    long sent = 0;
    for (int i = 0; i < PAIRS; i++) {
      long alone = allowed.goOnFor(1.5).count();
      try (Flows flood = lab.flows("refused", load)) {
        Connects.Got beside = allowed.goOnFor(1.5);
        assertThat(beside.failed()).isZero();
        assertThat(beside.count()).as("connects beside the flood").isPositive();
        shares.add((double) beside.count() / alone);
        sent += flood.await().sent();
      }
      awaitEmptyQueues();
    }
    List<Double> sorted = shares.stream().sorted().toList();
    report("flood of " + sent + " " + protocol.word() + " flows, shares " + sorted);
    assertThat(sent).as("the flood was one").isGreaterThan((long) PAIRS * 2 * FLOOD / 2);
    assertThat(arrivals(protocol, port)).isZero();
  }
}
