// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

class FlowCommandsTest {

  private static final Flow FLOW =
      new Flow(
          Direction.OUT,
          6,
          new Endpoint(IpAddress.parse("10.0.0.1"), OptionalInt.of(40000)),
          new Endpoint(IpAddress.parse("10.0.0.2"), OptionalInt.of(443)),
          OptionalInt.empty(),
          "eth0");

  private final Console console = new Console();
  private UserNames users;

  @BeforeEach
  void makeUsers(@TempDir Path folder) throws Exception {
    Path passwd = folder.resolve("passwd");
    Files.writeString(passwd, "root:x:0:0::/:/bin/sh\nbroken\nann:x:1000:1000::/:/bin/sh\n");
    users = new UserNames(passwd);
  }

  private static Decision decision(Verdict verdict) {
    return new Decision(verdict, Optional.of("web"), "it matches", 3, new RuleCounter());
  }

  private static Subject curl(String path) {
    Fact<Object> unknown = new Fact.Unknown<>("not read");
    Subject rest =
        Subject.without(
            SubjectKind.PROCESS,
            new Fact.Known<>(1000L, "sock_diag"),
            new Fact.Known<>(1000L, "sock_diag"),
            unknown,
            "sockdiag");
    return new Subject(
        SubjectKind.PROCESS,
        rest.userId(),
        rest.groupId(),
        new Fact.Known<>(new ProcessId(4711, 5), "/proc"),
        new Fact.Known<>(
            new Executable(path, new FileIdentity(1, 2, -1, 0, 0), true, false), "/proc/4711/exe"),
        rest.sha256(),
        rest.capabilities(),
        rest.processName(),
        rest.commandLine(),
        new Fact.Known<>(1001L, "/proc"),
        rest.cgroup(),
        new Fact.Known<>(
            List.of(new Ancestor(new ProcessId(99, 4), new Fact.Unknown<>("gone"))), "/proc"),
        new Fact.Known<>(1002L, "/proc"),
        new Fact.Known<>("./tool\u001b", "the kernel"),
        new Fact.Known<>("", "the cgroup"),
        new Fact.Unknown<>("no rule asked for it"),
        "sockdiag");
  }

  private static FlowEvent event(Verdict verdict, Mode mode, String path) {
    Instant at = Instant.parse("2026-11-23T18:00:00.123Z");
    return new FlowEvent(at, FLOW, curl(path), decision(verdict), mode, List.of("logged"));
  }

  @Test
  void shouldWatchOneLineForEachFlowAndEndWith0() {
    console.admin.events.add(event(Verdict.DENY, Mode.OBSERVE, "/usr/bin/\u001bcurl"));
    console.admin.events.add(event(Verdict.DENY, Mode.ENFORCE, "/usr/bin/curl"));
    console.admin.events.add(event(Verdict.ALLOW, Mode.OBSERVE, "/usr/bin/curl"));
    assertThat(console.run(new WatchCommand(users))).isZero();
    assertThat(console.out().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains(" would deny ", "/usr/bin/\\u001bcurl 4711 ann", "rule web")
                    .contains("out tcp 10.0.0.1:40000 > 10.0.0.2:443"),
            line -> assertThat(line).contains(" deny ").doesNotContain("would"),
            line -> assertThat(line).contains(" allow ").doesNotContain("would"));
    assertThat(console.err()).contains("3 flows came too fast");
    assertThat(console.admin.watchClosed).isTrue();
  }

  @Test
  void shouldWatchOneObjectForEachFlow() throws Exception {
    console.admin.events.add(event(Verdict.DENY, Mode.OBSERVE, "/usr/bin/curl"));
    console.admin.events.add(event(Verdict.DENY, Mode.ENFORCE, "/usr/bin/curl"));
    assertThat(console.run(new WatchCommand(users), "--json")).isZero();
    List<String> lines = console.out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode event = new ObjectMapper().readTree(lines.get(0));
    assertThat(event.get("time").textValue()).isEqualTo("2026-11-23T18:00:00.123Z");
    assertThat(event.get("verdict").textValue()).isEqualTo("deny");
    assertThat(event.get("mode").textValue()).isEqualTo("observe");
    assertThat(event.get("rule").textValue()).isEqualTo("web");
    assertThat(event.get("flow").get("remoteKnown").asBoolean()).isTrue();
    assertThat(event.get("flow").get("remote")).hasToString("{\"ip\":\"10.0.0.2\",\"port\":443}");
    assertThat(event.get("subject").get("exe").textValue()).isEqualTo("/usr/bin/curl");
    assertThat(event.get("subject").get("pid").intValue()).isEqualTo(4711);
    assertThat(event.get("subject").get("startTicks").longValue()).isEqualTo(5);
    assertThat(event.get("subject").get("user").textValue()).isEqualTo("ann");
    assertThat(event.get("subject").get("gid").longValue()).isEqualTo(1000);
    assertThat(event.get("subject").get("processUid").longValue()).isEqualTo(1001);
    assertThat(event.get("subject").get("processGid").longValue()).isEqualTo(1002);
    assertThat(event.get("subject").get("script").textValue()).isEqualTo("./tool\u001b");
    assertThat(event.get("subject").get("app").textValue()).as("known to be none").isEmpty();
    assertThat(event.get("subject").get("container").isNull()).as("not known").isTrue();
    assertThat(event.get("subject").get("parent")).hasToString("{\"pid\":99,\"exe\":null}");
    assertThat(event.get("log")).hasToString("[\"logged\"]");
  }

  @Test
  void shouldExplainEachRuleAndCriterion() throws Exception {
    Explanation.CriterionStep criterion =
        new Explanation.CriterionStep("remote.port=80", Truth.NO_MATCH, "443");
    Explanation.RuleStep step =
        new Explanation.RuleStep(
            "web", "allow out remote.port=80", Truth.NO_MATCH, false, "a port", List.of(criterion));
    console.admin.explanation =
        new Explanation(FLOW, curl("/usr/bin/curl"), List.of(step), decision(Verdict.ALLOW));
    assertThat(console.run(new ExplainCommand(users), "out", "tcp", "10.0.0.2:443")).isZero();
    assertThat(console.out())
        .contains("out tcp 10.0.0.1:40000 > 10.0.0.2:443")
        .contains("/usr/bin/curl (from /proc/4711/exe)", "ann (uid 1000)")
        .contains("user now   1001 (1001, from /proc)", "group now  1002 (1002, from /proc)")
        .contains("script     ./tool\\u001b (from the kernel)")
        .doesNotContain("app  ", "container  ")
        .contains("1. rule web: allow out remote.port=80")
        .contains("no      remote.port=80, actual: 443", "does not apply: a port")
        .contains("verdict      allow by rule web: it matches (revision 3)");
    assertThat(console.run(new ExplainCommand(users), "last", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(console.out());
    assertThat(json.get("steps").get(0).get("criteria").get(0))
        .hasToString(
            "{\"criterion\":\"remote.port=80\",\"result\":\"no_match\",\"actual\":\"443\"}");
    assertThat(json.get("decision").get("verdict").textValue()).isEqualTo("allow");
    assertThat(json.get("engine").booleanValue()).isTrue();
    assertThat(console.admin.asked).containsExactly(List.of("out", "tcp", "10.0.0.2:443"), "last");
  }

  @Test
  void shouldNameUsersOfTheFileAndNumberOthers() {
    assertThat(users.of(0)).isEqualTo("root");
    assertThat(users.of(77)).isEqualTo("77");
    assertThat(new UserNames(Path.of("/does/not/exist")).of(0)).isEqualTo("0");
  }

  @Test
  void shouldSayInWordsWhatIsNotKnown() {
    assertThat(Facts.words(new Fact.Absent<>("kernel"))).isEqualTo("none: kernel");
    assertThat(Facts.words(new Fact.Pending<>("hash"))).isEqualTo("being found out: hash");
    assertThat(Facts.words(new Fact.NeverHere<>("selinux")))
        .isEqualTo("cannot be known here: selinux");
    assertThat(Facts.words(new Fact.Unknown<>("gone"))).isEqualTo("unknown: gone");
  }
}
