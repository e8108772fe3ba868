// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;
import org.sallyport.itests.kernel.kit.Traffic;

/**
 * The source of subjects is switched by hand while an allowed and a denied program open connections
 * at a steady rate, one connection and one flow of datagrams run on: nothing of the denied arrives,
 * and the allowed notices nothing.
 *
 * <p>{@code -Dsallyport.switches=100} goes around more often; {@code -Dsallyport.switch.rate} is
 * the number of connections a second, each of which procfs searches for.
 */
class AttributionSwitchKernelIT {

  private static final int SWITCHES = Integer.getInteger("sallyport.switches", 16);
  private static final int PER_SECOND = Integer.getInteger("sallyport.switch.rate", 120) / 2;
  private static final int LIMIT_MS = 500;
  private static final int PATIENCE_MS = 700;
  private static final int PATIENCE_OF_DENIED_MS = 150;
  private static final List<String> LADDER = List.of("bpf", "sockdiag", "procfs", "auto");
  private static final String BPF = "org.sallyport.attribution.bpf";
  private static final String TAP = "--object-pinned";

  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    awaitSource("bpf");
    String allowed = lab.executable("allowed");
    String denied = lab.executable("denied");
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "process.exe=" + allowed, "--id", "may");
    lab.client().rule("deny", "out", "process.exe=" + denied, "--priority", "1", "--id", "may-not");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private JsonNode attribution() {
    return lab.client().json("status").get("attribution");
  }

  private void awaitSource(String name) {
    Await.until(
        name + " is used and its rules stand",
        Duration.ofSeconds(20),
        () ->
            attribution().get("source").asText().equals(name) && tapStands() == name.equals("bpf"));
  }

  private boolean tapStands() {
    String rules =
        Command.of("iptables-save", "-t", "filter").in(lab.namespaces().host()).must().out();
    return rules.contains(TAP);
  }

  @Test
  void shouldKeepEveryVerdictWhileSourcesAreSwitched(TestReporter reporter) {
    int allowedPort = lab.server().freshPort();
    int deniedPort = lab.server().freshPort();
    Traffic.Outcome passed;
    Traffic.Outcome refused;
    long retransmits;
    try (Traffic allowed = lab.traffic("allowed", allowedPort, PER_SECOND, PATIENCE_MS, LIMIT_MS);
        Traffic denied =
            lab.traffic("denied", deniedPort, PER_SECOND, PATIENCE_OF_DENIED_MS, LIMIT_MS);
        Program connection = lab.program("allowed");
        Program datagrams = lab.program("allowed")) {
      Traffic.prefer(lab.daemon().pid(), lab.server().pid(), allowed.pid(), denied.pid());
      allowed.begin();
      denied.begin();
      goesOn(allowed);
      long before = lab.namespaces().retransmits();
      assertThat(connection.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");
      assertThat(datagrams.udp(Family.V4, lab.server().freshPort()).word()).isEqualTo("echo");
      switchAround(allowed, connection, datagrams);
      retransmits = lab.namespaces().retransmits() - before;
      passed = allowed.stop();
      refused = denied.stop();
    }
    long arrivals = lab.server().settledArrivals(Protocol.TCP, Family.V4, deniedPort);
    String report =
        String.format(
            "%d switches, %d connections/s: allowed %s; denied %s, arrivals %d, retransmits %d",
            SWITCHES, 2 * PER_SECOND, passed, refused, arrivals, retransmits);
    reporter.publishEntry("switches", report);

    assertThat(arrivals).as("arrivals of the denied; %s", report).isZero();
    assertThat(refused.attempts()).as("attempts of the denied").isGreaterThan(PER_SECOND);
    assertThat(refused.connected()).as("connections of the denied").isZero();
    assertThat(passed.errors() + passed.givenUp()).as("failures; %s", report).isZero();
    assertThat(passed.late()).as("connects above %d ms; %s", LIMIT_MS, report).isZero();
    assertThat(retransmits).as("retransmits; %s", report).isZero();
    assertThat(lab.client().json("status").get("problems").toString()).isEqualTo("[]");
    assertThat(lab.client().json("show", "may-not").get("packets").asLong())
        .as("what the rule refused; %s", report)
        .isGreaterThan(refused.attempts() / 2);
  }

  private void switchAround(Traffic allowed, Program connection, Program datagrams) {
    long revision = lab.client().json("status").get("revision").asLong();
    for (int i = 0; i < SWITCHES; i++) {
      String next = LADDER.get((i + 1) % LADDER.size());
      String used = next.equals("auto") ? "bpf" : next;
      assertThat(lab.client().must("attribution-use", next))
          .isEqualTo("attribution " + next + (next.equals(used) ? "" : ", bpf is used") + "\n");
      JsonNode now = attribution();
      assertThat(now.get("source").asText()).isEqualTo(used);
      assertThat(now.get("chosen").asText()).isEqualTo(next);
      assertThat(now.get("sources").findValuesAsText("name"))
          .containsExactly("bpf", "sockdiag", "procfs");
      assertThat(tapStands()).as("the tap under %s", used).isEqualTo(used.equals("bpf"));
      assertThat(connection.again().word()).as("to %s", next).isEqualTo("echo");
      assertThat(datagrams.again().word()).as("to %s", next).isEqualTo("echo");
      goesOn(allowed);
    }
    assertThat(lab.client().json("status").get("revision").asLong()).isEqualTo(revision);
  }

  @Test
  void shouldRefuseWhatCannotBeUsedAndTryNothingOut() {
    Command.Result unknown = lab.client().run("attribution-use", "ebpf");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err()).contains("no source of subjects 'ebpf'", "bpf, sockdiag, procfs");
    assertThat(lab.client().run("attribution-use").status()).isEqualTo(2);
    assertThat(lab.client().run("attribution-use", "no name").status()).isEqualTo(2);
    lab.client().must("attribution-use", "procfs", "--dry-run");
    assertThat(attribution().get("source").asText()).isEqualTo("bpf");
    assertThat(attribution().get("chosen").asText()).isEqualTo("auto");
    assertThat(lab.client().json("attribution")).isEqualTo(attribution().get("sources"));
  }

  @Test
  void shouldKeepTheChoiceAndDoWithoutTheChosenOneWhileItIsAway() {
    lab.client().must("attribution-use", "sockdiag");
    lab.daemon().terminate();
    lab.daemon().start();
    awaitSource("sockdiag");
    assertThat(reason("bpf")).isEqualTo("another was chosen by hand");
    assertThat(lab.client().must("status")).contains("sockdiag was chosen by hand");

    lab.client().must("attribution-use", "bpf");
    lab.client().must("bundle:stop", BPF);
    awaitSource("sockdiag");
    assertThat(attribution().get("notChosen").asText()).isEqualTo("it is not there");
    assertAllowedAndDenied();

    lab.client().must("bundle:start", BPF);
    awaitSource("bpf");
    assertThat(attribution().get("notChosen").isNull()).isTrue();
    assertAllowedAndDenied();
  }

  private String reason(String name) {
    for (JsonNode step : attribution().get("sources")) {
      if (step.get("name").asText().equals(name)) {
        return step.get("reason").asText();
      }
    }
    throw new AssertionError("there is no " + name);
  }

  private void assertAllowedAndDenied() {
    int port = lab.server().freshPort();
    int refused = lab.server().freshPort();
    try (Program allowed = lab.program("allowed");
        Program denied = lab.program("denied").patientForMs(500)) {
      assertThat(allowed.tcp(Family.V4, port).word()).isEqualTo("connected");
      assertThat(denied.tcp(Family.V4, refused).word()).isEqualTo("timeout");
    }
    assertThat(lab.server().settledArrivals(Protocol.TCP, Family.V4, refused)).isZero();
  }

  /** Until half a second's worth of connections has followed. */
  private static void goesOn(Traffic traffic) {
    long since = traffic.mark().connected();
    Await.until(
        "traffic goes on",
        Duration.ofSeconds(20),
        () -> traffic.mark().connected() >= since + PER_SECOND / 2);
  }
}
