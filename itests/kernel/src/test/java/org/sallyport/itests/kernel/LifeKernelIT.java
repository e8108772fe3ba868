// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** What holds while the daemon dies, is stopped, starts again, is told to go and to come back. */
class LifeKernelIT {

  private Lab lab;
  private String denied;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    denied = lab.executable("denied");
    lab.client().rule("deny", "out", "process.exe=" + denied);
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  @Test
  void shouldPassNothingNewButGoOnWithWhatRanAfterKillWhereFailIsClosed() {
    try (Program running = lab.program("allowed");
        Program late = lab.program("allowed-late")) {
      assertThat(running.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");
      assertThat(running.again().word()).isEqualTo("echo");

      lab.daemon().kill();

      assertThat(running.again().word()).as("the running connection").isEqualTo("echo");
      for (Protocol protocol : Protocol.values()) {
        for (Family family : Family.values()) {
          assertShut(late, protocol, family);
        }
      }
      assertThat(running.again().word()).as("the running connection").isEqualTo("echo");

      lab.daemon().start();
      assertThat(lab.client().json("status").get("mode").asText()).isEqualTo("enforce");
      assertEnforces(late);
      assertThat(running.again().word()).as("the running connection").isEqualTo("echo");
    }
  }

  @Test
  void shouldPassEverythingAfterKillWhereFailIsOpen() {
    lab.client().must("fail", "open");
    try (Program program = lab.program("denied")) {
      lab.daemon().kill();

      for (Protocol protocol : Protocol.values()) {
        for (Family family : Family.values()) {
          int port = lab.server().freshPort();
          assertThat(program.talk(protocol, family, port).word()).isEqualTo(protocol.arrives());
          program.drop();
        }
      }
    }
    lab.daemon().start();
    try (Program program = lab.program("allowed")) {
      assertEnforces(program);
    }
  }

  @Test
  void shouldEndInOrderWhenAskedAndLeaveTheHostShut() {
    String rules = withoutGeneration(lab.namespaces().rules());

    assertThat(lab.daemon().terminate()).isZero();

    assertThat(withoutGeneration(lab.namespaces().rules())).isEqualTo(rules);
    try (Program program = lab.program("allowed")) {
      assertShut(program, Protocol.TCP, Family.V4);
      assertShut(program, Protocol.UDP, Family.V6);
    }
    assertThat(lab.daemon().output()).isEqualTo("sallyport: ready\n");
  }

  @Test
  void shouldRemoveEverythingOnDownUntilUp() {
    String foreign = "-A OUTPUT -p tcp --dport 19999 -m comment --comment of-somebody-else -j DROP";
    lab.namespaces().iptables(Family.V4, foreign.split(" "));
    lab.namespaces().iptables(Family.V6, foreign.split(" "));
    assertThat(lab.namespaces().rules()).contains("SALLYPORT");

    lab.client().must("down");

    assertOnlyForeignRules();
    try (Program program = lab.program("denied")) {
      assertThat(program.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");
    }
    assertThat(lab.daemon().terminate()).isZero();
    lab.daemon().start();
    assertOnlyForeignRules();

    lab.client().must("up");

    try (Program program = lab.program("allowed")) {
      assertEnforces(program);
    }
    assertThat(lab.namespaces().rules()).contains("of-somebody-else");
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotTouchForeignRulesWhileEnforcing(Family family) {
    lab.namespaces()
        .iptables(family, "-t", "mangle", "-A", "POSTROUTING", "-j", "MARK", "--or-mark", "0x1");
    lab.namespaces().iptables(family, "-A", "INPUT", "-p", "tcp", "--dport", "1", "-j", "DROP");
    String before = foreign(lab.namespaces().rules());

    lab.client().rule("deny", "out", "remote.port=1");
    lab.client().must("mode", "observe");
    lab.client().must("mode", "enforce");

    assertThat(foreign(lab.namespaces().rules())).isEqualTo(before);
    lab.client().must("down");
    assertThat(foreign(lab.namespaces().rules())).isEqualTo(before);
  }

  private void assertOnlyForeignRules() {
    String rules = lab.namespaces().rules();
    assertThat(rules.lines().filter(line -> line.startsWith("-A")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("of-somebody-else"));
    assertThat(rules).doesNotContainIgnoringCase("sallyport");
  }

  /** The generation moves with every change of the policy, also one just under way. */
  private static String withoutGeneration(String rules) {
    return rules.replaceAll("0x2[0-9a-f]{3}0000/0xffff0000", "GENERATION");
  }

  private static String foreign(String rules) {
    return rules
        .lines()
        .filter(
            line -> line.startsWith("-A") && !line.toUpperCase(Locale.ROOT).contains("SALLYPORT"))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private void assertShut(Program program, Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    assertThat(program.patientFor(1).talk(protocol, family, port).word())
        .as("%s over %s", protocol, family)
        .isIn("timeout", "ECONNREFUSED", "EPERM");
    program.drop();
    assertThat(lab.server().arrivals(protocol, family, port)).isZero();
  }

  private void assertEnforces(Program allowed) {
    int port = lab.server().freshPort();
    try (Program program = lab.program("denied")) {
      assertThat(program.patientFor(1).tcp(Family.V4, port).word()).isEqualTo("timeout");
      assertThat(lab.server().arrivals(Protocol.TCP, Family.V4, port)).isZero();
    }
    assertThat(allowed.tcp(Family.V4, port).word()).isEqualTo("connected");
    allowed.drop();
  }
}
