// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/**
 * Somebody's rules in nat OUTPUT lead what is sent to one address to the server, and what is sent
 * to another back to the host itself. What a policy says of the remote end is about what programs
 * ask for; where nobody knows that, no rule on it grants, and each that refuses does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RewrittenDestinations {

  private static final String EVERY_KIND = "TCP, V4\nTCP, V6\nUDP, V4\nUDP, V6";
  private static final int LISTENING = 21_950;
  private static final int SHARED = 30_100;
  private Lab lab;

  /** What follows the tool's name in the variant of iptables in which everything stands. */
  abstract String variant();

  /** Where subjects come from: {@code bpf} tells at once, {@code sockdiag} has flows wait. */
  abstract String source();

  private static String asked(Family family) {
    return family == Family.V4 ? "10.77.0.9" : "fd77::9";
  }

  private static String askedForOwn(Family family) {
    return family == Family.V4 ? "10.77.0.8" : "fd77::8";
  }

  @BeforeAll
  void start() {
    lab = new Lab();
    for (Family family : Family.values()) {
      String nat = "-t nat -A OUTPUT -d %s -j DNAT --to-destination %s";
      iptables(family, nat.formatted(asked(family), family.server()));
      iptables(family, nat.formatted(askedForOwn(family), family.host()));
    }
    AutoCloseable unused = lab.listener("listener", LISTENING, LISTENING + 3);
    lab.daemon().start();
    if (!source().equals("bpf")) {
      lab.client().must("feature:uninstall", "sallyport-attribution-bpf");
    }
    Await.until(
        source() + " tells who sends",
        Duration.ofSeconds(20),
        () -> lab.client().json("status").at("/attribution/source").asText().equals(source()));
    lab.client().must("mode", "enforce");
    assertThat(iptables(Family.V4, "-S OUTPUT")).as("its variant").contains("SALLYPORT-OUT");
  }

  @AfterAll
  void stop() {
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().must("default", "out", "allow");
    lab.client().must("default", "in", "allow");
    lab.client().clear();
  }

  private String iptables(Family family, String words) {
    List<String> command = new ArrayList<>(List.of(family.iptables() + "-" + variant()));
    command.addAll(List.of(words.split(" ")));
    return Command.of(command.toArray(String[]::new)).in(lab.namespaces().host()).must().out();
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldNotGrantByWhereAPacketGoes(Protocol protocol, Family family) {
    lab.client().must("default", "out", "deny");
    int port = lab.server().freshPort();
    String wide = family == Family.V4 ? "10.77.0.0/29" : "fd77::/125";
    for (String where : List.of("remote.ip=" + family.server(), "remote.net=" + wide)) {
      String id = lab.client().rule("allow", "out", where);
      try (Program program = lab.program("asker").patientFor(1)) {
        assertThat(program.talk(protocol, asked(family), port).word()).isEqualTo("timeout");
        program.drop();
        assertThat(lab.server().settledArrivals(protocol, family, port)).as(where).isZero();
        int other = lab.server().freshPort();
        assertThat(program.talk(protocol, family, other).word()).isEqualTo(protocol.arrives());
      }
      lab.client().must("remove", id);
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldRefuseByWhatWasAskedFor(Protocol protocol, Family family) {
    String id = lab.client().rule("deny", "out", "remote.ip=" + asked(family));
    int port = lab.server().freshPort();
    try (Program program = lab.program("asker").patientFor(1)) {
      assertThat(program.talk(protocol, asked(family), port).word()).isEqualTo("timeout");
      program.drop();
      assertThat(lab.server().settledArrivals(protocol, family, port)).isZero();
      assertThat(program.talk(protocol, family, port).word())
          .as("what asks for the server itself")
          .isEqualTo(protocol.arrives());
      program.drop();
      explains(family, id, () -> program.talk(protocol, asked(family), port));
    }
  }

  /** Never where it goes as if that had been asked for; what was asked for, if the kernel tells. */
  private void explains(Family family, String rule, Runnable attempt) {
    attempt.run();
    JsonNode explanation = lab.client().json("explain", "last");
    assertThat(explanation.at("/decision/rule").asText()).isEqualTo(rule);
    if (explanation.at("/flow/remoteKnown").asBoolean()) {
      assertThat(explanation.at("/flow/remote/ip").asText()).isEqualTo(asked(family));
    } else {
      assertThat(lab.client().must("explain", "last"))
          .contains("unknown: rewritten on its way, to " + family.server(), "(rewritten)");
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldGoOnJudgingProgramsWhateverTheyAskFor(Protocol protocol, Family family) {
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
    lab.client().rule("reject", "out", "process.exe=" + lab.executable("rejected"));
    int port = lab.server().freshPort();
    int shut = lab.server().freshPort();
    try (Program allowed = lab.program("allowed");
        Program rejected = lab.program("rejected");
        Program denied = lab.program("denied").patientFor(1)) {
      assertThat(allowed.talk(protocol, asked(family), port).word()).isEqualTo(protocol.arrives());
      for (int i = 0; i < 3; i++) {
        assertThat(allowed.again().word()).isEqualTo("echo");
      }
      assertThat(rejected.talk(protocol, asked(family), shut).word())
          .isIn("ECONNREFUSED", "EHOSTUNREACH", "EACCES");
      assertThat(denied.talk(protocol, asked(family), shut).word()).isEqualTo("timeout");
      assertThat(lab.server().settledArrivals(protocol, family, shut)).isZero();
    }
  }

  /** An answer comes after the connection was given its mark: O and the generation, no R, no I. */
  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldGiveTheConnectionThePlainProof(Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    String answer = " -p " + protocol.word() + " --sport " + port + " -m connmark ";
    iptables(family, "-t mangle -A INPUT" + answer + "--mark 0x20000000/0xf0000000");
    iptables(family, "-t mangle -A INPUT" + answer + "! --mark 0x20000000/0xf0000000");
    try (Program program = lab.program("asker")) {
      assertThat(program.talk(protocol, asked(family), port).word()).isEqualTo(protocol.arrives());
      assertThat(program.again().word()).isEqualTo("echo");
    }
    String rules = iptables(family, "-t mangle -L INPUT -v -n -x");
    Matcher counts =
        Pattern.compile("^ *(\\d+) .*spt:" + port + " +connmark match +[!0]", Pattern.MULTILINE)
            .matcher(rules);
    assertThat(counts.find()).as(rules).isTrue();
    assertThat(Long.parseLong(counts.group(1))).as(rules).isPositive();
    assertThat(counts.find()).as(rules).isTrue();
    assertThat(counts.group(1)).as(rules).isEqualTo("0");
  }

  /** What the kernel lets go on by itself, it lets go on without anybody who listens. */
  @ParameterizedTest
  @CsvSource(textBlock = "V4\nV6")
  void shouldLetARunningConnectionGoOnWithoutTheDaemon(Family family) {
    int port = lab.server().freshPort();
    try (Program program = lab.program("asker")) {
      assertThat(program.tcp(asked(family), port).word()).isEqualTo("connected");
      assertThat(program.again().word()).isEqualTo("echo");
      lab.daemon().pause();
      try {
        assertThat(program.again().word()).isEqualTo("echo");
      } finally {
        lab.daemon().resume();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldOpenNothingThatArrives(Protocol protocol, Family family) {
    lab.client().must("default", "in", "deny");
    lab.client().rule("deny", "out", "process.exe=" + lab.executable("denied"));
    try (Program allowed = lab.program("allowed");
        Program denied = lab.program("denied").patientFor(1);
        Program stranger = lab.stranger("stranger").patientFor(1)) {
      for (String receiver : List.of(asked(family), askedForOwn(family))) {
        int port = receiver.equals(asked(family)) ? lab.server().freshPort() : LISTENING;
        assertThat(allowed.talk(protocol, receiver, port).word()).isEqualTo(protocol.arrives());
        assertThat(allowed.again().word()).isEqualTo("echo");
        assertThat(stranger.talk(protocol, family.host(), LISTENING).word()).isEqualTo("timeout");
        stranger.drop();
        assertThat(denied.talk(protocol, receiver, port).word()).isEqualTo("timeout");
        denied.drop();
      }
    }
  }

  /** The kernel finds another's socket under the rewritten receiver, if that is what is asked. */
  @ParameterizedTest
  @CsvSource(textBlock = "V4\nV6")
  void shouldNotTakeAProgramForOneThatTalksToTheSameReceiverFromItsPort(Family family) {
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
    int port = lab.server().freshPort();
    try (Program allowed = lab.program("allowed").fromPort(SHARED);
        Program denied = lab.program("denied").fromPort(SHARED).patientFor(1)) {
      assertThat(allowed.tcp(family, port).word()).isEqualTo("connected");
      long begun = lab.server().begun(family, port);
      assertThat(denied.tcp(asked(family), port).word()).isEqualTo("timeout");
      assertThat(lab.server().begun(family, port)).isEqualTo(begun);
    }
  }

  @Test
  void shouldLetEverythingPassWhileObserving() {
    lab.client().rule("deny", "out", "remote.port=1-65535");
    lab.client().must("mode", "observe");
    try (Program program = lab.program("asker")) {
      for (Family family : Family.values()) {
        for (Protocol protocol : Protocol.values()) {
          assertThat(program.talk(protocol, asked(family), lab.server().freshPort()).word())
              .isEqualTo(protocol.arrives());
          assertThat(program.again().word()).isEqualTo("echo");
          program.drop();
        }
      }
    } finally {
      lab.client().must("mode", "enforce");
    }
  }

  /** The kernel's own rules know what was asked for, and hand the rest on to the queue. */
  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldHoldBehindRulesOfTheKernelToo(Protocol protocol, Family family) {
    lab.client().must("backend-use", "owner-iptables,nfqueue");
    try (Program program = lab.program("asker").patientFor(1);
        Program allowed = lab.program("allowed")) {
      lab.client().must("default", "out", "deny");
      lab.client().rule("allow", "out", "process.exe=" + allowed.path());
      lab.client().rule("allow", "out", "remote.ip=" + family.server());
      int shut = lab.server().freshPort();
      assertThat(program.talk(protocol, asked(family), shut).word()).isEqualTo("timeout");
      program.drop();
      assertThat(lab.server().settledArrivals(protocol, family, shut)).isZero();
      int port = lab.server().freshPort();
      assertThat(allowed.talk(protocol, asked(family), port).word()).isEqualTo(protocol.arrives());
      assertThat(allowed.again().word()).isEqualTo("echo");
    } finally {
      lab.client().must("backend-use", "nfqueue");
    }
  }
}
