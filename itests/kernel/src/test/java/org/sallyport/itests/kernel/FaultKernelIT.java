// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.PluginJar;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/**
 * The rows {@code plugin-error} and {@code parse-error} of the table of fail modes: somebody else's
 * bundle that fails, and packets that make no sense, against the whole daemon.
 */
class FaultKernelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SCTP = 132;

  /** RFC 9260 §3.1: ports, tag and checksum; a sensible start of a packet of nothing. */
  private static final String SCTP_HEADER = "c000c0010000000100000000";

  /** Its ports alone. */
  private static final String CUT_OFF = "c000c001";

  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private long count(String situation) {
    return lab.client().json("status").at("/fail/" + situation + "/count").asLong();
  }

  @ParameterizedTest
  @CsvSource({
    "closed,throws",
    "closed,hangs",
    "closed,null",
    "open,throws",
    "open,hangs",
    "open,null"
  })
  void shouldApplyOrSkipARuleWhosePluginFails(String fail, String how) {
    boolean closed = fail.equals("closed");
    lab.client().must("fail", fail);
    lab.client().must("bundle:install", "-s", PluginJar.broken(lab.folder()));
    int port = lab.server().freshPort();
    int other = lab.server().freshPort();
    try (Program program = lab.program("asked").patientFor(6);
        Program denied = lab.program("denied")) {
      lab.client().rule("deny", "out", "process.exe=" + program.path(), "broken.how=" + how);
      lab.client().rule("deny", "out", "process.exe=" + denied.path(), "broken.how=works");

      assertThat(denied.udp(Family.V4, other).word())
          .as("a plugin that works")
          .isEqualTo("timeout");
      assertThat(count("plugin-error")).isZero();
      assertThat(program.udp(Family.V4, port).word()).isEqualTo(closed ? "timeout" : "echo");
    }
    assertThat(count("plugin-error")).as(() -> "" + lab.client().json("status")).isPositive();
    assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port))
        .isEqualTo(closed ? 0 : 1);
    assertThat(lab.server().arrivals(Protocol.UDP, Family.V4, other)).isZero();
  }

  @Test
  void shouldExplainAndChangeThePolicyWhileAPluginHangs() {
    lab.client().must("bundle:install", "-s", PluginJar.broken(lab.folder()));
    lab.client().rule("deny", "out", "broken.how=hangs");

    String explanation = lab.client().must("explain", "out", "tcp", "10.9.8.7:443");

    assertThat(explanation).contains("plugin acme.broken", "its last fault");

    try (Program program = lab.program("asked")) {
      program.attempt(Protocol.UDP, Family.V4, lab.server().freshPort()); // a worker is stuck in it
      lab.client().rule("deny", "out", "remote.port=1");
      assertThat(lab.client().json("status").at("/problems").toString())
          .as("nobody was waited for in vain")
          .isEqualTo("[]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed", "open"})
  void shouldDropOrLetPassWhatMakesNoSense(String fail) {
    lab.client().must("fail", fail);
    for (Family family : Family.values()) {
      countArrivals(family);
    }
    try (Program program = lab.program("sender")) {
      for (Family family : Family.values()) {
        long before = count("parse-error");
        assertThat(program.raw(family, SCTP, SCTP_HEADER).word()).isEqualTo("sent");
        Await.until("what makes sense arrives", PATIENCE, () -> arrivals(family) == 1);
        assertThat(count("parse-error")).isEqualTo(before);

        assertThat(program.raw(family, SCTP, CUT_OFF).word()).isEqualTo("sent");
        Await.until("it is counted", PATIENCE, () -> count("parse-error") == before + 1);
        assertThat(program.raw(family, SCTP, SCTP_HEADER).word()).isEqualTo("sent");
        long expected = fail.equals("closed") ? 2 : 3; // the last one went the same way behind it
        Await.until("the next one arrives", PATIENCE, () -> arrivals(family) >= expected);
        assertThat(arrivals(family)).isEqualTo(expected);
      }
    }
  }

  private void countArrivals(Family family) {
    Command.of(family.iptables() + "-nft", "-t", "raw", "-A", "PREROUTING", "-p", "" + SCTP)
        .in(lab.namespaces().server())
        .must();
  }

  private long arrivals(Family family) {
    String rules =
        Command.of(family.iptables() + "-nft-save", "-c", "-t", "raw")
            .in(lab.namespaces().server())
            .must()
            .out();
    Matcher counter =
        Pattern.compile("^\\[(\\d+):\\d+] -A PREROUTING -p (sctp|132)$", Pattern.MULTILINE)
            .matcher(rules);
    assertThat(counter.find()).as(rules).isTrue();
    return Long.parseLong(counter.group(1));
  }
}
