// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.nfqueue.internal.loop.TestContext;

/**
 * More than a host does, for as long as {@code -Dsallyport.overload.seconds} says (3 in a build, 30
 * for the figures in the documentation). A build's machine is shared, so only what would show a
 * defect is asserted; the figures go to the report. Needs root.
 */
class NfqueueOverloadKernelTest {

  private static final String SECONDS = System.getProperty("sallyport.overload.seconds", "3");
  private static final String V4 = TestHost.ADDRESSES.get(0);
  private static final String PATIENT_PORTS = "7004-7004";

  @TempDir private Path state;
  private TestHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new TestHost(state);
    for (int i = 10; i < 14; i++) {
      host.inPeer("ip", "address", "add", "10.99.0." + i + "/24", "dev", "up0");
    }
    host.enforce("1 ENFORCE closed");
  }

  @AfterEach
  void removeHost() throws Exception {
    host.close();
  }

  private Conversation flood(String kind, int rate, String ports) throws Exception {
    return flood(kind, rate, ports, "");
  }

  private Conversation flood(String kind, int rate, String ports, String user) throws Exception {
    Conversation flood =
        host.program(
            "RUN_AS=" + user,
            "overload.pl",
            kind,
            "" + rate,
            SECONDS,
            ports,
            "10.99.0.10",
            "10.99.0.11",
            "10.99.0.12");
    assertThat(flood.hear()).isEqualTo("flooding");
    return flood;
  }

  private static long number(String line, String word) {
    List<String> words = List.of(line.split("[ ,\\]]+"));
    return Long.parseLong(words.get(words.indexOf(word) + 1));
  }

  private String resources() throws Exception {
    return host.backend().ask("resources");
  }

  @Test
  void shouldJudgeEachOfManyNewFlowsOrCountWhatItLost(TestReporter report) throws Exception {
    Conversation warmUp = flood("udp", 5000, "20000-20999");
    warmUp.hear();
    long before = queued();
    String resourcesBefore = resources();
    long sent = number(flood("udp", 10_000, "20000-29999").hear(), "sent");
    host.awaitWaiting(TestContext.QUEUE, 0);
    long lost = number("lost " + host.backend().ask("count queue-full"), "lost");
    String after = resources();
    report.publishEntry("flows", "sent " + sent + ", lost and counted " + lost);
    report.publishEntry("descriptors and KiB of heap", resourcesBefore + ", then " + after);
    assertThat(queued() - before + lost).isGreaterThanOrEqualTo(sent);
    assertThat(number("fd " + after, "fd"))
        .as("descriptors")
        .isLessThanOrEqualTo(number("fd " + resourcesBefore, "fd") + 2);
    assertThat(Long.parseLong(after.split(" ")[1])).as("heap in KiB").isLessThan(64 << 10);
  }

  private long queued() throws Exception {
    return number(host.backend().ask("health"), "figures=queued");
  }

  @Test
  void shouldBoundWhatWaits(TestReporter report) throws Exception {
    Conversation flood = flood("udp", 10_000, PATIENT_PORTS);
    flood.hear();
    host.awaitWaiting(TestContext.QUEUE, 0);
    String health = awaitNoneOnItsWay();
    report.publishEntry("waiting", health + ", refused " + refused());
    assertThat(number(health, "held") + refused())
        .as("each packet waits, or is refused and counted")
        .isEqualTo(number(health, "figures=queued"));
    assertThat(host.tcp(V4, BackendProgram.ALLOWED).hear()).isEqualTo("connected");
  }

  private long refused() throws Exception {
    return number("n " + host.backend().ask("count parking-full"), "n");
  }

  /** What was put aside last is still unread in the parking queue when the fast one is empty. */
  private String awaitNoneOnItsWay() throws Exception {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    String health = host.backend().ask("health");
    while (number(health, "held") + refused() < number(health, "figures=queued")
        && System.nanoTime() - deadlineNs < 0) {
      health = host.backend().ask("health");
    }
    return health;
  }

  @Test
  void shouldLeaveOthersTheirConnectsUnderAFloodOfRefusedFlows(TestReporter report)
      throws Exception {
    connects();
    for (String kind : List.of("udp", "one", "tcp")) {
      underAFlood(kind + " 20000-29999 65534", report); // denied, to 30 000 destinations in turn
      underAFlood(kind + " 7003-7003 1", report); // rejected
    }
  }

  private void underAFlood(String kindPortsUser, TestReporter report) throws Exception {
    String[] words = kindPortsUser.split(" ");
    String alone = connects();
    Conversation flood = flood(words[0], 10_000, words[1], words[2]);
    String under = connects();
    report.publishEntry(
        kindPortsUser, "alone " + alone + ", under a flood " + under + "; " + flood.hear());
    assertThat(number(under, "connects"))
        .as("%s, alone %s", kindPortsUser, alone)
        .isGreaterThan(number(alone, "connects") / 10);
    assertThat(number(under, "failed")).isZero();
  }

  private String connects() throws Exception {
    return host.program("RUN_AS=", "connects.pl", SECONDS, "" + BackendProgram.ALLOWED, V4).hear();
  }
}
