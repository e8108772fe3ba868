// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Launch;
import org.sallyport.itests.kernel.kit.PrivateEtc;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** Launched programs have no network, or the rules' word on their group, user or cgroup. */
class LaunchKernelIT {

  private static final int NOBODY = 65_534;
  private static final String CGROUP = "/sallyport-it-" + ProcessHandle.current().pid();
  private static Lab lab;
  private static PrivateEtc etc;

  @BeforeAll
  static void start() {
    lab = new Lab();
    // The daemon reads the names of groups in the same /etc as the launcher that makes them.
    etc = new PrivateEtc();
    lab.daemon().startedBy(etc.inside()).start();
    lab.client().must("mode", "enforce");
  }

  @AfterAll
  static void stop() {
    lab.close();
    etc.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().clear();
  }

  static Stream<Arguments> everyKindOfFlow() {
    return Stream.of(Protocol.values())
        .flatMap(protocol -> Stream.of(Family.values()).map(f -> Arguments.of(protocol, f)));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfFlow")
  void shouldCutOffExactlyWhatRunsInTheGroupUntilTheRuleIsRemoved(
      Protocol protocol, Family family) {
    List<String> noinet = Launch.after(etc.inside(), "--group", "noinet", "--create");
    try (Program launched = lab.programBy(noinet, "program");
        Program usual = lab.program("program")) {
      lab.client().rule("deny", "out", "group=noinet", "--id", "noinet");

      assertCutOff(launched, protocol, family);
      assertConnected(usual, protocol, family);

      lab.client().must("remove", "noinet");
      assertConnected(launched, protocol, family);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCutOffAnotherUsersProgramInTheGroup(Protocol protocol) {
    String[] options = {"--user=nobody", "--group=noinet", "--create", "--"};
    try (Program launched = lab.programBy(Launch.after(etc.inside(), options), "program");
        Program usual = lab.programBy(Launch.with("--user", "nobody"), "program")) {
      lab.client().rule("deny", "out", "group=noinet", "user=nobody");

      assertCutOff(launched, protocol, Family.V4);
      assertConnected(usual, protocol, Family.V4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunAsTheUserOfWhomRulesSpeak(Protocol protocol) {
    try (Program launched = lab.programBy(Launch.with("--user", "nobody"), "program");
        Program usual = lab.program("program")) {
      lab.client().rule("deny", "out", "user=nobody");
      lab.client().rule("deny", "out", "process.user=nobody");

      assertCutOff(launched, protocol, Family.V6);
      assertConnected(usual, protocol, Family.V6);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunInTheCgroupOfWhichRulesSpeak(Protocol protocol) {
    String path = CGROUP + "/" + protocol.word();
    try (Program launched = lab.programBy(Launch.with("--cgroup", path, "--create"), "program");
        Program usual = lab.program("program")) {
      lab.client().rule("deny", "out", "process.cgroup=" + path);

      assertCutOff(launched, protocol, Family.V4);
      assertConnected(usual, protocol, Family.V4);
    } finally {
      String mount = Command.of("findmnt", "-nfo", "TARGET", "-t", "cgroup2").must().out().strip();
      Command.of("rmdir", mount + path, mount + CGROUP).must();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldHaveNoNetworkAtAll(Family family) {
    try (Program launched = lab.programBy(Launch.with("--no-network"), "program");
        Program usual = lab.program("program")) {
      assertUnreachable(launched, family);
      assertConnected(usual, Protocol.TCP, family);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldHaveNoNetworkAtAllWithoutRoot(Family family) {
    List<String> byNobody = Launch.by(NOBODY, lab.folder(), "--no-network", "--");
    List<String> nobody = Launch.with("--user", "nobody");
    try (Program launched = lab.programBy(byNobody, "program");
        Program usual = lab.programBy(nobody, "program")) {
      assertUnreachable(launched, family);
      assertConnected(usual, Protocol.TCP, family);
    }
  }

  @Test
  void shouldHaveNoNetworkAsAnotherUserInAGroup() {
    String[] options = {"--no-network", "--user", "nobody", "--group", "games"};
    try (Program launched = lab.programBy(Launch.with(options), "program")) {
      assertUnreachable(launched, Family.V4);
    }
  }

  private static void assertUnreachable(Program program, Family family) {
    int port = lab.server().freshPort();
    String loopback = family == Family.V4 ? "127.0.0.1" : "::1";
    // "Network is unreachable"; for want of any address, IPv6 may say "Cannot assign requested
    // address" instead.
    String[] words =
        family == Family.V4
            ? new String[] {"ENETUNREACH"}
            : new String[] {"ENETUNREACH", "EADDRNOTAVAIL"};
    for (Protocol protocol : Protocol.values()) {
      assertThat(program.talk(protocol, family, port).word()).isIn((Object[]) words);
      assertThat(program.talk(protocol, loopback, port).word()).isIn((Object[]) words);
      assertThat(lab.server().settledArrivals(protocol, family, port)).isZero();
    }
  }

  private static void assertCutOff(Program program, Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    assertThat(program.patientFor(1).talk(protocol, family, port).word()).isEqualTo("timeout");
    assertThat(lab.server().settledArrivals(protocol, family, port)).isZero();
  }

  private static void assertConnected(Program program, Protocol protocol, Family family) {
    int port = lab.server().freshPort();
    assertThat(program.patientFor(5).talk(protocol, family, port).word())
        .isEqualTo(protocol.arrives());
    assertThat(lab.server().arrivals(protocol, family, port)).isPositive();
  }
}
