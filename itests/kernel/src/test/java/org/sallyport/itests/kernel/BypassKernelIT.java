// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** Tricks of a denied program that open nothing. */
class BypassKernelIT {

  private static final String EVERY_KIND = "TCP, V4\nTCP, V6\nUDP, V4\nUDP, V6";
  private static final int OWN_PORT = 30_000;
  private static Lab lab;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @BeforeEach
  void deny() {
    lab.client().rule("deny", "out", "process.exe=" + lab.executable("denied"));
  }

  @AfterEach
  void removeRules() {
    lab.client().clear();
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldNotBelieveMarksThatProgramsForge(Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    try (Program forger = lab.program("denied")) {
      LongStream.concat(
              LongStream.range(0, 32).map(bit -> 1L << bit),
              LongStream.of(0xffff_ffffL, 0x7fff_ffffL, 0xaaaa_aaaaL, 0x5555_5555L))
          .filter(mark -> mark >= 0x8000 || mark == 1)
          .forEach(
              mark -> {
                forger.marked(mark).attempt(protocol, family, port);
                forger.drop();
              });

      assertThat(lab.server().arrivals(protocol, family, port)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldStandBehindForeignRulesThatAcceptEverything(Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    lab.namespaces().iptables(family, "-I", "OUTPUT", "-j", "ACCEPT");
    lab.namespaces().iptables(family, "-t", "mangle", "-I", "OUTPUT", "-j", "ACCEPT");
    try (Program program = lab.program("denied").patientFor(1)) {
      assertThat(program.talk(protocol, family, port).word()).isNotEqualTo(protocol.arrives());
      assertThat(lab.server().arrivals(protocol, family, port)).isZero();
    } finally {
      lab.namespaces().iptables(family, "-D", "OUTPUT", "-j", "ACCEPT");
      lab.namespaces().iptables(family, "-t", "mangle", "-D", "OUTPUT", "-j", "ACCEPT");
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldJudgeTheSecondProgramOnTheSamePortsAnew(Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    int own = OWN_PORT + port % 1000;
    try (Program allowed = lab.program("allowed").fromPort(own)) {
      assertThat(allowed.talk(protocol, family, port).word()).isEqualTo(protocol.arrives());
      allowed.drop();
    }
    long before = lab.server().settledArrivals(protocol, family, port);

    try (Program denied = lab.program("denied").fromPort(own).patientFor(2)) {
      assertThat(denied.talk(protocol, family, port).word()).isEqualTo("timeout");
    }

    assertThat(lab.server().arrivals(protocol, family, port)).isEqualTo(before);
  }
}
