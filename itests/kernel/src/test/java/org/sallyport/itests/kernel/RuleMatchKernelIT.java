// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** Rules find the right program, and what they say happens, on real packets. */
class RuleMatchKernelIT {

  private static final int NOBODY = 65_534;
  private static final int AT_ONCE_MS = 500;
  private static Lab lab;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().clear();
  }

  /** Ways to point at one program; each names a criterion for the program that is meant. */
  enum Subject {
    EXECUTABLE(program -> "process.exe=" + program.path()),
    PROCESS(program -> "process.pid=" + program.pid()),
    PARENT(program -> "process.parent.exe=" + lab.executable("parent-of-meant")),
    ANCESTOR(program -> "process.ancestor.exe=" + lab.executable("ancestor-of-meant")),
    USER(program -> "user=" + NOBODY),
    USER_NAME(program -> "user=nobody"),
    GROUP(program -> "group=" + NOBODY);

    // A function of the running program, since its pid is known only then.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<Program, String> criterion;

    Subject(Function<Program, String> criterion) {
      this.criterion = criterion;
    }

    Program meant() {
      return start("meant");
    }

    Program other() {
      return switch (this) {
        case EXECUTABLE, PROCESS -> start("other");
        case PARENT, ANCESTOR -> lab.program("ancestor-of-other", "parent-of-other", "meant");
        // The same program, run by root.
        case USER, USER_NAME, GROUP -> lab.program("meant");
      };
    }

    private Program start(String name) {
      return switch (this) {
        case EXECUTABLE, PROCESS -> lab.program(name);
        case PARENT, ANCESTOR -> lab.program("ancestor-of-meant", "parent-of-meant", name);
        case USER, USER_NAME -> lab.program(name).as(NOBODY, 0);
        case GROUP -> lab.program(name).as(0, NOBODY);
      };
    }
  }

  static Stream<Arguments> everySubjectOnEveryKindOfFlow() {
    List<Arguments> all = new ArrayList<>();
    for (Subject subject : Subject.values()) {
      for (Protocol protocol : Protocol.values()) {
        for (Family family : Family.values()) {
          all.add(Arguments.of(subject, protocol, family));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everySubjectOnEveryKindOfFlow")
  void shouldDenyExactlyTheProgramThatIsMeant(Subject subject, Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    int otherPort = lab.server().freshPort();
    if (subject == Subject.ANCESTOR) {
      // Where the first process hides its file, no chain of ancestors is wholly known.
      lab.client().must("fail", "unknown-operand", "skip");
    }
    try (Program meant = subject.meant();
        Program other = subject.other()) {
      String id =
          lab.client()
              .rule("deny", "out", subject.criterion.apply(meant), "proto=" + protocol.word());

      assertThat(meant.patientFor(1).talk(protocol, family, port).word()).isEqualTo("timeout");
      assertThat(other.talk(protocol, family, otherPort).word()).isEqualTo(protocol.arrives());

      assertThat(lab.server().arrivals(protocol, family, port)).as("denied arrivals").isZero();
      assertThat(lab.server().arrivals(protocol, family, otherPort)).isPositive();
      assertThat(rule(id).get("packets").asLong()).as("attempts judged").isPositive();
      assertThat(rule(id).get("lastHit").isTextual()).isTrue();
    } finally {
      lab.client().must("fail", "closed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRejectAtOnceOverTcp(Family family) {
    int port = lab.server().freshPort();
    try (Program meant = lab.program("meant")) {
      lab.client().rule("reject", "out", "process.exe=" + meant.path());

      Program.Outcome outcome = meant.tcp(family, port);

      assertThat(outcome.word()).isEqualTo("ECONNREFUSED");
      assertThat(outcome.tookMs()).isLessThan(AT_ONCE_MS);
      assertThat(lab.server().arrivals(Protocol.TCP, family, port)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRejectAtOnceOverUdp(Family family) {
    int port = lab.server().freshPort();
    try (Program meant = lab.program("meant")) {
      lab.client().rule("reject", "out", "process.exe=" + meant.path());

      Program.Outcome outcome = meant.udp(family, port);

      assertThat(outcome.word()).isIn("ECONNREFUSED", "EHOSTUNREACH", "EACCES", "EPERM");
      assertThat(outcome.tookMs()).isLessThan(AT_ONCE_MS);
      assertThat(lab.server().arrivals(Protocol.UDP, family, port)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("everySubjectOnEveryKindOfFlow")
  void shouldAllowExactlyTheProgramThatIsMeantWhereTheDefaultIsDeny(
      Subject subject, Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    int otherPort = lab.server().freshPort();
    lab.client().must("default", "out", "deny");
    try (Program meant = subject.meant();
        Program other = subject.other()) {
      lab.client().rule("allow", "out", subject.criterion.apply(meant));

      assertThat(meant.talk(protocol, family, port).word()).isEqualTo(protocol.arrives());
      assertThat(other.patientFor(1).talk(protocol, family, otherPort).word()).isEqualTo("timeout");

      assertThat(lab.server().arrivals(protocol, family, port)).isPositive();
      assertThat(lab.server().arrivals(protocol, family, otherPort)).as("denied").isZero();
    } finally {
      lab.client().must("default", "out", "allow");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRecordAndGoOnWhereTheRuleOnlyLogs(Protocol protocol) {
    int port = lab.server().freshPort();
    try (Program meant = lab.program("meant")) {
      String id = lab.client().rule("log", "out", "process.exe=" + meant.path());

      assertThat(meant.talk(protocol, Family.V4, port).word()).isEqualTo(protocol.arrives());

      assertThat(rule(id).get("lastHit").isTextual()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAskRulesInTheOrderOfTheirPriority(Protocol protocol) {
    int open = lab.server().freshPort();
    int shut = lab.server().freshPort();
    try (Program meant = lab.program("meant")) {
      String criterion = "process.exe=" + meant.path();
      lab.client().rule("deny", "out", criterion);
      lab.client().rule("allow", "out", criterion, "remote.port=" + open, "--priority", "900");
      lab.client().rule("allow", "out", criterion, "remote.port=" + shut, "--priority", "1100");

      assertThat(meant.talk(protocol, Family.V4, open).word()).isEqualTo(protocol.arrives());
      meant.drop();
      assertThat(meant.patientFor(1).talk(protocol, Family.V4, shut).word()).isEqualTo("timeout");

      assertThat(lab.server().arrivals(protocol, Family.V4, shut)).isZero();
    }
  }

  private static JsonNode rule(String id) {
    return lab.client().json("show", id);
  }
}
