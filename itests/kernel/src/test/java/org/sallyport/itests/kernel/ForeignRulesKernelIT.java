// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** What we allow is still subject to the rules that others have behind ours. */
class ForeignRulesKernelIT {

  private static final int LISTENING = 21_900;
  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource(textBlock = "enforce, TCP, V4\nenforce, UDP, V6\nobserve, TCP, V6\nobserve, UDP, V4")
  void shouldLeaveWhatLeavesToTheRulesBehindOurs(String mode, Protocol protocol, Family family) {
    lab.client().must("mode", mode);
    int shut = lab.server().freshPort();
    int open = lab.server().freshPort();
    String port = Integer.toString(shut);
    lab.namespaces().iptables(family, words("OUTPUT", protocol, port));
    try (Program program = lab.program("allowed").patientFor(1)) {
      assertThat(program.talk(protocol, family, shut).word()).isNotEqualTo(protocol.arrives());
      program.drop();
      assertThat(program.talk(protocol, family, open).word()).isEqualTo(protocol.arrives());
    }
    assertThat(lab.server().settledArrivals(protocol, family, shut)).isZero();
  }

  @ParameterizedTest
  @CsvSource(textBlock = "TCP, V4\nUDP, V6")
  void shouldLeaveWhatArrivesToTheRulesBehindOurs(Protocol protocol, Family family) {
    AutoCloseable unused = lab.listener("listener", LISTENING, LISTENING + 1);
    lab.client().rule("deny", "in", "remote.port=1");
    lab.namespaces().iptables(family, words("INPUT", protocol, Integer.toString(LISTENING)));
    try (Program stranger = lab.stranger("stranger").patientFor(1)) {
      assertThat(stranger.talk(protocol, family.host(), LISTENING).word()).isEqualTo("timeout");
      stranger.drop();
      assertThat(stranger.talk(protocol, family.host(), LISTENING + 1).word())
          .isEqualTo(protocol.arrives());
    }
  }

  private static String[] words(String chain, Protocol protocol, String port) {
    return new String[] {"-A", chain, "-p", protocol.word(), "--dport", port, "-j", "DROP"};
  }
}
