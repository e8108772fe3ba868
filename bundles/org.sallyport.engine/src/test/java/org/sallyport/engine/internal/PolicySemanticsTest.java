// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Truth;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.FileIdentity;

class PolicySemanticsTest {

  private static final Subjects.Case CURL =
      new Subjects.Case(
          Subjects.tcp("10.0.0.2", 443), Subjects.program(Subjects.host("/usr/bin/curl")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          process.exe=/usr/bin/wget,/usr/bin/curl | MATCH
          !process.exe=/usr/bin/curl              | NO_MATCH
          process.exe~/usr/*/curl                 | MATCH
          process.exe~/usr/*                      | NO_MATCH
          process.exe~/usr/**                     | MATCH
          process.exe~/usr/bin/cur?               | MATCH
          process.exe=~/usr/.*/curl               | MATCH
          process.exe=~curl                       | NO_MATCH
          process.exe=/usr/bin/CURL               | NO_MATCH
          process.pid=42                          | MATCH
          process.name=curl                       | MATCH
          process.cmdline~**example**             | MATCH
          process.parent.exe=/usr/bin/bash        | MATCH
          process.ancestor.exe=/usr/bin/zsh       | NO_MATCH
          process.user=alice                      | MATCH
          process.cgroup=/system.slice            | NO_MATCH
          process.unit=web.service                | MATCH
          process.sha256=E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855 | MATCH
          process.sha256=0000000000000000000000000000000000000000000000000000000000000000 | NO_MATCH
          process.cap=cap_net_raw,CAP_CHOWN       | NO_MATCH
          !process.cap=cap_net_raw                | MATCH
          process.unit~*.scope                    | NO_MATCH
          subject=process                         | MATCH
          subject=kernel,none                     | NO_MATCH
          user=alice                              | MATCH
          user=0,1000                             | MATCH
          !group=staff                            | NO_MATCH
          proto=tcp                               | MATCH
          proto=17                                | NO_MATCH
          remote.ip=10.0.0.2                      | MATCH
          remote.ip=::ffff:10.0.0.2               | MATCH
          remote.net=10.0.0.0/8                   | MATCH
          remote.net=::/0                         | NO_MATCH
          remote.port=1-442                       | NO_MATCH
          remote.port=80,440-450                  | MATCH
          local.ip=10.0.0.1                       | MATCH
          local.port=40000                        | MATCH
          iface=eth0                              | MATCH
          iface~wg*                               | NO_MATCH
          icmp.type=8                             | NO_MATCH
          !icmp.type=8                            | NO_MATCH
          """)
  void shouldMatchAsTheAttributeMeans(String criterion, Truth expected) {
    PolicySnapshot snapshot = Policies.lenient("deny " + criterion);

    assertThat(snapshot.explain(CURL.flow(), CURL.subject()).steps().get(0).result())
        .isEqualTo(expected);
    assertThat(Policies.judge(snapshot, CURL).decision().verdict())
        .isEqualTo(expected == Truth.MATCH ? Verdict.DENY : Verdict.ALLOW);
  }

  @Test
  void shouldExplainEachCriterionWithItsValue() {
    PolicySnapshot snapshot =
        Policies.lenient("deny process.exe=/usr/bin/wget remote.port=80 proto=tcp");

    var step = snapshot.explain(CURL.flow(), CURL.subject()).steps().get(0);

    assertThat(step.result()).isEqualTo(Truth.NO_MATCH);
    assertThat(step.criteria())
        .extracting(criterion -> criterion.criterion() + " " + criterion.result())
        .containsExactly(
            "process.exe=/usr/bin/wget NO_MATCH", "remote.port=80 NO_MATCH", "proto=tcp MATCH");
  }

  @Test
  void shouldAskByPriorityThenStoreThenId() {
    List<StoredRule> rules =
        List.of(
            Policies.rule("a", "deny", 1000, 200),
            Policies.rule("b", "reject", 1000, 100),
            Policies.rule("c", "log", 5, 200),
            Policies.rule("aa", "allow remote.port=1", 1000, 100));
    PolicySnapshot snapshot =
        Policies.snapshot(Policies.engine(), Policies.source(rules, true, Verdict.ALLOW));

    assertThat(snapshot.rules())
        .extracting(rule -> rule.definition().id())
        .containsExactly("c", "aa", "b", "a");
    Evaluation evaluation = Policies.judge(snapshot, CURL);
    assertThat(evaluation.decision().ruleId()).contains("b");
    assertThat(evaluation.logRuleId(0)).isEqualTo("c");
  }

  @Test
  void shouldGrantOnCertaintyOnly() {
    Subjects.Case lost = new Subjects.Case(CURL.flow(), Subjects.lost());
    String[] policy = {"allow process.exe=/usr/bin/curl", "deny process.exe=/usr/bin/wget"};
    PolicySnapshot open =
        Policies.snapshot(
            Policies.engine(), Policies.source(Policies.rules(policy), false, Verdict.ALLOW));

    assertThat(Policies.judge(Policies.lenient(policy), lost).decision().ruleId())
        .contains("r0001");
    assertThat(Policies.judge(open, lost).decision().ruleId()).isEmpty();
    assertThat(Policies.judge(open, lost).skippedUnknown()).isEqualTo(1);
  }

  @Test
  void shouldAnswerProvisionallyWhileAFactIsOnItsWay() {
    Subjects.Case coming = new Subjects.Case(CURL.flow(), Subjects.pending());
    Evaluation evaluation =
        Policies.judge(Policies.closed("allow process.exe=/usr/bin/curl"), coming);

    assertThat(evaluation.pending()).isTrue();
    assertThat(evaluation.decision().verdict()).isEqualTo(Verdict.DENY);
    assertThat(Policies.judge(Policies.closed("deny remote.port=443"), coming).pending()).isFalse();
    assertThat(
            Policies.judge(Policies.closed("deny process.exe=/a remote.port=1"), coming).pending())
        .isFalse();
  }

  @Test
  void shouldLetTheKernelsOwnPacketsPassUnlessARuleSaysOtherwise() {
    Subjects.Case kernel = new Subjects.Case(CURL.flow(), Subjects.kernel());

    assertThat(Policies.judge(Policies.closed("deny !process.exe=/a"), kernel).decision().verdict())
        .isEqualTo(Verdict.ALLOW);
    assertThat(Policies.judge(Policies.closed("deny subject=kernel"), kernel).decision().verdict())
        .isEqualTo(Verdict.DENY);
  }

  @Test
  void shouldTellTheHostsFileFromAContainersOwn() throws IOException {
    Path sh = Path.of("/bin/sh").toRealPath();
    var numbers = Files.readAttributes(sh, "unix:dev,ino");
    Executable same =
        new Executable(
            "/x/sh",
            new FileIdentity((Long) numbers.get("dev"), (Long) numbers.get("ino"), -1, 0, 0),
            false,
            false);
    Executable posing =
        new Executable(sh.toString(), new FileIdentity(1, 1, -1, 0, 0), false, false);
    Executable upgraded =
        new Executable(sh.toString(), new FileIdentity(1, 1, -1, 0, 0), false, true);
    PolicySnapshot snapshot = Policies.closed("allow process.exe=/bin/sh");

    assertThat(truth(snapshot, same)).isEqualTo(Truth.MATCH);
    assertThat(truth(snapshot, posing)).isEqualTo(Truth.NO_MATCH);
    assertThat(truth(snapshot, upgraded)).isEqualTo(Truth.UNKNOWN);
    assertThat(truth(snapshot, Subjects.host(sh.toString()))).isEqualTo(Truth.MATCH);
    assertThat(truth(snapshot, Subjects.host("/bin/sh"))).isEqualTo(Truth.MATCH);
  }

  private static Truth truth(PolicySnapshot snapshot, Executable running) {
    return snapshot.explain(CURL.flow(), Subjects.program(running)).steps().get(0).result();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ask                                              | asks a person
          allow process.name=curl                          | cannot rest on process.name
          allow !process.name=curl remote.port=443         | cannot rest on process.name
          allow process.cmdline~** !user=root              | cannot rest on process.cmdline
          allow process.name=curl subject=process          | cannot rest on process.name
          allow process.script=/opt/tool                   | cannot rest on process.script
          allow process.app=snap:lxd remote.port=443       | cannot rest on process.app
          allow process.container=web                      | cannot rest on process.container
          allow process.app=snap:lxd process.name=lxd      | any program could claim it
          allow !process.container=none !user=root         | whoever starts a program can choose
          deny process.app=firefox                         | names no application
          deny process.container=0123456789ab              | not how a container's id is written
          deny process.group=nobody-here                   | there is no group 'nobody-here'
          allow user=nobody-here                           | there is no user 'nobody-here'
          deny selinux.type=abc                            | selinux.type is not known here
          deny geo.country=DE                              | geo.country is not known here
          deny process.sha256=abc                          | 64 hexadecimal digits
          deny process.cap=net_raw                         | 'net_raw' is no capability
          deny process.cap=64                              | is not a number from 0 to 63
          allow remote.country=DE                          | 'remote.country' is no attribute
          allow country=DE                                 | 'country' is no attribute
          allow user=alice unknown=apply                   | belongs to rules that refuse
          deny unknown=apply unknown=skip                  | stands twice
          allow user=alice until-exit                      | whose exit
          allow proces.exe=/a                              | 'proces.exe' is no attribute
          """)
  void shouldRefuseWhatCannotBeInForce(String rule, String message) {
    List<RuleProblem> problems = Policies.problems(rule);

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).message()).contains(message);
    assertThat(problems.get(0).hint() + problems.get(0).message()).isNotBlank();
  }

  @Test
  void shouldNameBothPlacesOfADuplicate() {
    List<StoredRule> rules =
        List.of(Policies.rule("a", "deny", 1, 100), Policies.rule("a", "allow", 1, 200));

    assertThat(Policies.problems(Policies.engine(), Policies.source(rules, true, Verdict.DENY)))
        .extracting(RuleProblem::message)
        .containsExactly("the id 'a' stands twice: at test-100:1 and at test-200:1");
  }

  @Test
  void shouldKeepRulesWhoseAttributeNobodyKnowsHere() {
    PolicySnapshot snapshot =
        Policies.lenient(
            "allow selinux.type=httpd_t",
            "deny selinux.role=ab remote.port=1 unknown=apply",
            "deny selinux.role=ab unknown=skip",
            "reject selinux.role=ab remote.port=443 unknown=apply");

    assertThat(snapshot.rules())
        .extracting(rule -> rule.unresolved().isPresent())
        .containsExactly(true, false, true, false);
    Evaluation evaluation = Policies.judge(snapshot, CURL);
    assertThat(evaluation.decision().ruleId()).contains("r0003");
    assertThat(evaluation.skippedUnknown()).isEqualTo(1);
  }

  @Test
  void shouldListButNotAskRulesThatHaveEndedOrAreOff() {
    StoredRule off = Policies.rule("off", "ask");
    List<StoredRule> rules =
        List.of(
            Policies.rule("ended", "deny until 2026-01-01"),
            new StoredRule("s", 100, off.definition().withEnabled(false), off.counter()));
    PolicySnapshot snapshot =
        Policies.snapshot(Policies.engine(), Policies.source(rules, true, Verdict.ALLOW));

    assertThat(snapshot.rules()).hasSize(2);
    assertThat(snapshot.rules().get(0).unresolved())
        .hasValueSatisfying(why -> assertThat(why).startsWith("it ended at"));
    assertThat(Policies.judge(snapshot, CURL).decision().ruleId()).isEmpty();
  }
}
