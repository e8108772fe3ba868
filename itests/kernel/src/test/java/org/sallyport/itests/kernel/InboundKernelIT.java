// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** What arrives is judged by the program that listens. */
class InboundKernelIT {

  private static final String EVERY_KIND = "TCP, V4\nTCP, V6\nUDP, V4\nUDP, V6";
  private static final int FIRST = 21_000;
  private static final int SECOND = 21_100;
  private static final int NOBODY = 21_500;
  private static Lab lab;
  private static String first;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    first = lab.executable("first-listener");
    AutoCloseable one = lab.listener("first-listener", FIRST, FIRST + 1);
    AutoCloseable two = lab.listener("second-listener", SECOND, SECOND + 1);
    assertThat(one).isNotEqualTo(two);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().must("default", "in", "allow");
    lab.client().clear();
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldDenyTheListeningProgramAndNoOther(Protocol protocol, Family family) {
    String id = lab.client().rule("deny", "in", "process.exe=" + first);
    try (Program stranger = lab.stranger("stranger").patientFor(1);
        Program own = lab.program("own")) {
      assertThat(stranger.talk(protocol, family.host(), FIRST).word()).isEqualTo("timeout");
      assertThat(stranger.talk(protocol, family.host(), SECOND).word())
          .isEqualTo(protocol.arrives());
      assertThat(own.talk(protocol, family, lab.server().freshPort()).word())
          .as("answers to what leaves")
          .isEqualTo(protocol.arrives());
    }
    assertThat(lab.client().json("show", id).get("packets").asLong()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldRejectAtOnce(Protocol protocol, Family family) {
    lab.client().rule("reject", "in", "process.exe=" + first);
    try (Program stranger = lab.stranger("stranger")) {
      assertThat(stranger.talk(protocol, family.host(), FIRST).word())
          .isIn("ECONNREFUSED", "EHOSTUNREACH", "EACCES");
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldAllowNothingButTheListeningProgram(Protocol protocol, Family family) {
    lab.client().rule("allow", "in", "process.exe=" + first);
    lab.client().must("default", "in", "deny");
    try (Program stranger = lab.stranger("stranger").patientFor(1)) {
      assertThat(stranger.talk(protocol, family.host(), FIRST).word())
          .isEqualTo(protocol.arrives());
      assertThat(stranger.again().word()).as("its next packet").isEqualTo("echo");
      stranger.drop();
      assertThat(stranger.talk(protocol, family.host(), SECOND).word()).isEqualTo("timeout");
    }
  }

  /** The last packet of the handshake is judged too; the connection is nobody's yet. */
  @ParameterizedTest
  @CsvSource(textBlock = "V4\nV6")
  void shouldKnowTheListenerOfAHandshakeWhereEveryPacketIsJudged(Family family) {
    lab.client().must("fail", "no-listener", "drop-all");
    lab.client().rule("allow", "in", "process.exe=" + first);
    lab.client().must("default", "in", "deny");
    try (Program stranger = lab.stranger("stranger").patientFor(1)) {
      assertThat(stranger.tcp(family.host(), FIRST).word()).isEqualTo("connected");
      assertThat(stranger.again().word()).as("its next packets").isEqualTo("echo");
      stranger.drop();
      assertThat(stranger.tcp(family.host(), SECOND).word()).isEqualTo("timeout");
    } finally {
      lab.client().must("fail", "no-listener", "drop-new");
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = "V4\nV6")
  void shouldKnowThatNobodyListens(Family family) {
    lab.client().rule("deny", "in", "subject=none");
    try (Program stranger = lab.stranger("stranger").patientFor(1)) {
      assertThat(stranger.tcp(family.host(), NOBODY).word()).isEqualTo("timeout");
      assertThat(stranger.tcp(family.host(), FIRST).word()).isEqualTo("connected");
    }
  }

  @Test
  void shouldKeepBackWhatAForeignRuleLetsIn() {
    lab.client().rule("deny", "in", "process.exe=" + first);
    for (Family family : Family.values()) {
      lab.namespaces().iptables(family, "-I", "INPUT", "-j", "ACCEPT");
    }
    try (Program stranger = lab.stranger("stranger").patientFor(1)) {
      for (Protocol protocol : Protocol.values()) {
        for (Family family : Family.values()) {
          assertThat(stranger.talk(protocol, family.host(), FIRST).word()).isEqualTo("timeout");
        }
      }
    } finally {
      for (Family family : Family.values()) {
        lab.namespaces().iptables(family, "-D", "INPUT", "-j", "ACCEPT");
      }
    }
  }

  @Test
  void shouldHookNothingThatNoRuleSpeaksOf() {
    assertThat(lab.namespaces().rules())
        .doesNotContain("SALLYPORT-IN")
        .doesNotContain("SALLYPORT-FWD");
    lab.client().rule("deny", "in", "remote.port=1");
    assertThat(lab.namespaces().rules()).contains("-A INPUT -j SALLYPORT-IN");
    lab.client().clear();
    assertThat(lab.namespaces().rules()).doesNotContain("SALLYPORT-IN");
  }

  @Test
  void shouldJudgeLoopbackAtBothEndsWhereThatIsAsked() {
    lab.daemon().terminate();
    lab.daemon().settings("loopback: true\n");
    lab.daemon().start();
    try (Program own = lab.program("own").patientFor(1)) {
      String id = lab.client().rule("deny", "in", "process.exe=" + first);
      assertThat(own.tcp("127.0.0.1", FIRST).word()).isEqualTo("timeout");
      assertThat(own.tcp("127.0.0.1", SECOND).word()).isEqualTo("connected");
      assertThat(own.again().word()).as("its next packet").isEqualTo("echo");
      lab.client().must("remove", id);
      lab.client().rule("deny", "out", "process.exe=" + own.path());
      assertThat(own.tcp("127.0.0.1", SECOND).word()).isEqualTo("timeout");
    } finally {
      lab.daemon().terminate();
      lab.daemon().settings("");
      lab.daemon().start();
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = "V4, 8\nV6, 128")
  void shouldLetTheKernelAnswerPingsUnlessARuleSaysOtherwise(Family family, int type) {
    lab.client().rule("deny", "in", "process.exe=" + first);
    try (Program stranger = lab.stranger("stranger").patientFor(1)) {
      assertThat(stranger.ping(family.host()).word()).isEqualTo("echo");
      lab.client().rule("deny", "in", "icmp.type=" + type);
      assertThat(stranger.ping(family.host()).word()).isEqualTo("timeout");
    }
  }
}
