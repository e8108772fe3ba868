// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;
import org.sallyport.itests.kernel.kit.Traffic;

/**
 * The enforcing backend is changed while an allowed and a denied user open connections at a steady
 * rate, one connection and one flow of datagrams run on: nothing of the denied arrives, and the
 * allowed notices nothing.
 *
 * <p>{@code -Dsallyport.switches=100 -Dsallyport.switch.rate=2000} is the long form; {@code
 * -Dsallyport.switch.seed=N} repeats a run.
 */
class BackendSwitchKernelIT {

  private static final int SWITCHES = Integer.getInteger("sallyport.switches", 12);
  private static final int PER_SECOND = Integer.getInteger("sallyport.switch.rate", 500) / 2;
  private static final long SEED =
      Long.getLong("sallyport.switch.seed", System.nanoTime() % 100_000);
  private static final int LIMIT_MS = 500;
  private static final int PATIENCE_MS = 700;
  private static final int PATIENCE_OF_DENIED_MS = 150;
  private static final int ALLOWED = 1201;
  private static final int DENIED = 1202;
  private static final List<String> STACKS =
      List.of("nfqueue", "owner-iptables", "owner-iptables,nfqueue");

  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "user=" + ALLOWED, "--id", "may");
    lab.client().rule("deny", "out", "user=" + DENIED, "--priority", "1", "--id", "may-not");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  @Test
  void shouldKeepEveryVerdictWhileBackendsAreSwitched(TestReporter reporter) {
    int allowedPort = lab.server().freshPort();
    int deniedPort = lab.server().freshPort();
    int tcpPort = lab.server().freshPort();
    int udpPort = lab.server().freshPort();
    Traffic.Outcome passed;
    Traffic.Outcome refused;
    long retransmits;
    try (Traffic allowed = lab.trafficOf(ALLOWED, allowedPort, PER_SECOND, PATIENCE_MS, LIMIT_MS);
        Traffic denied =
            lab.trafficOf(DENIED, deniedPort, PER_SECOND, PATIENCE_OF_DENIED_MS, LIMIT_MS);
        Program connection = lab.program("connection").as(ALLOWED, ALLOWED);
        Program datagrams = lab.program("datagrams").as(ALLOWED, ALLOWED)) {
      Traffic.prefer(lab.daemon().pid(), lab.server().pid(), allowed.pid(), denied.pid());
      allowed.begin();
      denied.begin();
      goesOn(allowed);
      long before = lab.namespaces().retransmits();
      assertThat(connection.tcp(Family.V4, tcpPort).word()).isEqualTo("connected");
      assertThat(datagrams.udp(Family.V4, udpPort).word()).isEqualTo("echo");
      switchAround(allowed, connection, datagrams);
      retransmits = lab.namespaces().retransmits() - before;
      passed = allowed.stop();
      refused = denied.stop();
    }
    long arrivals = lab.server().settledArrivals(Protocol.TCP, Family.V4, deniedPort);
    String report =
        String.format(
            "seed %d, %d switches, %d connections/s: allowed %s; denied %s, arrivals %d,"
                + " retransmits %d",
            SEED, SWITCHES, 2 * PER_SECOND, passed, refused, arrivals, retransmits);
    reporter.publishEntry("switches", report);

    assertThat(arrivals).as("arrivals of the denied; %s", report).isZero();
    assertThat(refused.attempts()).as("attempts of the denied").isGreaterThan(PER_SECOND);
    assertThat(passed.errors() + passed.givenUp()).as("failures; %s", report).isZero();
    assertThat(passed.late()).as("connects above %d ms; %s", LIMIT_MS, report).isZero();
    assertThat(retransmits).as("retransmits; %s", report).isZero();
    assertThat(lab.client().json("status").get("problems").toString()).isEqualTo("[]");
    assertThat(lab.client().json("show", "may-not").get("packets").asLong())
        .as("what the rule refused, counted across all switches; %s", report)
        .isGreaterThan(refused.attempts() / 2);
  }

  private void switchAround(Traffic allowed, Program connection, Program datagrams) {
    Random random = new Random(SEED);
    String now = "nfqueue";
    long revision = lab.client().json("status").get("revision").asLong();
    for (int i = 0; i < SWITCHES; i++) {
      String next = STACKS.get(random.nextInt(STACKS.size()));
      assertThat(lab.client().must("backend-use", next)).isEqualTo("backends " + next + "\n");
      assertThat(connection.again().word()).as("from %s to %s", now, next).isEqualTo("echo");
      assertThat(datagrams.again().word()).as("from %s to %s", now, next).isEqualTo("echo");
      goesOn(allowed);
      now = next;
    }
    assertThat(lab.client().json("status").get("revision").asLong()).isEqualTo(revision);
    String holder = now.startsWith("owner") ? "owner-iptables" : "nfqueue";
    assertThat(lab.client().json("show", "may").get("backend").asText()).isEqualTo(holder);
  }

  /** Until a quarter of a second's worth of connections has followed. */
  private static void goesOn(Traffic traffic) {
    long since = traffic.mark().connected();
    Await.until(
        "traffic goes on",
        Duration.ofSeconds(20),
        () -> traffic.mark().connected() >= since + PER_SECOND / 4);
  }
}
