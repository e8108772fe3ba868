// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Protocol;
import org.sallyport.itests.kernel.kit.Traffic;

/**
 * Parts are replaced while an allowed and a denied program open 500 connections a second: nothing
 * of the denied arrives, and the allowed notices nothing.
 *
 * <p>{@code -Dsallyport.swaps=100} replaces a hundred parts, {@code -Dsallyport.swap.seed=N}
 * repeats a run.
 */
class SwapKernelIT {

  private static final int SWAPS = Integer.getInteger("sallyport.swaps", 30);
  private static final long SEED = Long.getLong("sallyport.swap.seed", System.nanoTime() % 100_000);
  private static final int PER_SECOND = 250;
  private static final int LIMIT_MS = 500;
  private static final int PATIENCE_MS = 700;

  /** A refused connection that stays open costs each search for a socket's holder. */
  private static final int PATIENCE_OF_DENIED_MS = 150;

  private static final long WARM = 2500;
  private static final int WARM_SWAPS = 4;

  private final SwapReport report = new SwapReport();
  private Lab lab;
  private String denyId;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    String allowed = lab.executable("allowed");
    String denied = lab.executable("denied");
    lab.client().must("default", "out", "deny");
    // one rule in each store: were one lost, the allowed program would not pass
    lab.client().rule("allow", "out", "proto=tcp", "process.exe=" + allowed, "until-restart");
    denyId = lab.client().rule("deny", "out", "process.exe=" + denied, "--priority", "1");
    lab.client().rule("log", "out", "process.exe=" + denied, "--priority", "2");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  @Test
  void shouldKeepTrafficAsItIsWhilePartsAreReplaced(TestReporter reporter) throws Exception {
    int allowedPort = lab.server().freshPort();
    int deniedPort = lab.server().freshPort();
    warmUp(allowedPort);
    long retransmitsBefore = lab.namespaces().retransmits();
    Traffic.Outcome passed;
    Traffic.Outcome refused;
    try (Traffic allowed = lab.traffic("allowed", allowedPort, PER_SECOND, PATIENCE_MS, LIMIT_MS);
        Traffic denied =
            lab.traffic("denied", deniedPort, PER_SECOND, PATIENCE_OF_DENIED_MS, LIMIT_MS)) {
      prefer(allowed.pid());
      prefer(denied.pid());
      allowed.begin();
      denied.begin();
      swap(allowed);
      passed = allowed.stop();
      refused = denied.stop();
    }
    long retransmits = lab.namespaces().retransmits() - retransmitsBefore;
    long arrivals = lab.server().settledArrivals(Protocol.TCP, Family.V4, deniedPort);
    report.line(
        "seed " + SEED + ", " + SWAPS + " swaps, " + 2 * PER_SECOND + " connections/s in total");
    report.line("allowed: " + passed);
    report.line("denied: " + refused + ", arrivals " + arrivals + ", retransmits " + retransmits);
    report.write();
    reporter.publishEntry("swaps", report.toString());

    assertThat(arrivals).as("arrivals of the denied; %s", report).isZero();
    assertThat(refused.attempts()).as("attempts of the denied").isGreaterThan(PER_SECOND);
    assertThat(lab.client().json("show", denyId).get("packets").asLong())
        .as("attempts that the rule refused; %s", report)
        .isGreaterThan(refused.attempts() / 2);
    assertThat(passed.errors() + passed.givenUp()).as("failures; %s", report).isZero();
    assertThat(passed.late()).as("connects above %d ms; %s", LIMIT_MS, report).isZero();
    assertThat(retransmits).as("retransmits; %s", report).isZero();
    assertThat(lab.client().json("status").get("problems").toString()).isEqualTo("[]");
  }

  private void swap(Traffic allowed) {
    Random random = new Random(SEED);
    for (int i = 0; i < SWAPS; i++) {
      Swap swap = Swap.any(random);
      long beginNs = System.nanoTime();
      swap.carryOut(lab.client(), lab.folder());
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs);
      report.add(swap, tookMs, worstUntilSettled(allowed));
    }
  }

  /** The longest connect since the last swap, once a second's worth of others has followed. */
  private static long worstUntilSettled(Traffic allowed) {
    Traffic.Mark first = allowed.mark();
    long[] worstMs = {first.worstMs()};
    Await.until(
        "traffic goes on",
        Duration.ofSeconds(20),
        () -> {
          Traffic.Mark mark = allowed.mark();
          worstMs[0] = Math.max(worstMs[0], mark.worstMs());
          return mark.connected() >= first.connected() + PER_SECOND;
        });
    return worstMs[0];
  }

  /**
   * Lets a process run before whatever else the machine does: the swap is measured, not the
   * neighbours. Where that is not allowed, it runs like everybody.
   */
  private static void prefer(long pid) {
    Command.of("chrt", "--all-tasks", "--rr", "--pid", "1", Long.toString(pid)).run();
  }

  /** What is compiled late would otherwise be measured as a swap. */
  /**
   * Packets and orders go through compiled code, as on a host that has run for a while: the first
   * order on features of a daemon takes three times as long as its fifth.
   */
  private void warmUp(int port) {
    prefer(lab.daemon().pid());
    prefer(lab.server().pid());
    try (Traffic allowed = lab.traffic("allowed", port, PER_SECOND, PATIENCE_MS, LIMIT_MS)) {
      prefer(allowed.pid());
      allowed.begin();
      Await.until(
          "the daemon is warm", Duration.ofSeconds(60), () -> allowed.mark().connected() > WARM);
      for (int i = 0; i < WARM_SWAPS; i++) {
        new Swap(Swap.Part.EVENTS, Swap.Kind.FEATURE).carryOut(lab.client(), lab.folder());
      }
      allowed.stop();
    }
  }
}
