// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

class PolicyPropertyTest {

  private static final Fact<?> LOST = new Fact.Unknown<>("lost");

  @Property(tries = 2000)
  void shouldDecideAsTheReferenceDoes(
      @ForAll("policies") List<StoredRule> rules,
      @ForAll("flows") Flow flow,
      @ForAll("subjects") Subject subject,
      @ForAll boolean closed) {
    PolicySnapshot snapshot =
        Policies.snapshot(Policies.engine(), Policies.source(rules, closed, Verdict.REJECT));
    Evaluation evaluation = Policies.judge(snapshot, new Subjects.Case(flow, subject));
    ReferenceEvaluator.Outcome expected =
        ReferenceEvaluator.judge(snapshot.rules(), closed, flow, subject);

    assertThat(evaluation.decision().ruleId().orElse("")).isEqualTo(expected.ruleId());
    assertThat(evaluation.pending()).isEqualTo(expected.pending());
    assertThat(evaluation.skippedUnknown()).isEqualTo(expected.skipped());
    assertThat(evaluation.logCount()).isEqualTo(expected.logs());
    Explanation explanation = snapshot.explain(flow, subject);
    assertThat(explanation.decision()).isEqualTo(evaluation.decision());
  }

  @Property(tries = 500)
  void shouldNotDependOnTheOrderOfTheStores(
      @ForAll("policies") List<StoredRule> rules,
      @ForAll("flows") Flow flow,
      @ForAll("subjects") Subject subject,
      @ForAll long seed) {
    List<StoredRule> shuffled = new ArrayList<>(rules);
    Collections.shuffle(shuffled, new Random(seed));
    Subjects.Case one = new Subjects.Case(flow, subject);

    assertThat(decided(shuffled, one)).isEqualTo(decided(rules, one));
  }

  private static String decided(List<StoredRule> rules, Subjects.Case one) {
    PolicySnapshot snapshot =
        Policies.snapshot(Policies.engine(), Policies.source(rules, true, Verdict.DENY));
    return Policies.judge(snapshot, one).decision().ruleId().orElse("");
  }

  @Property(tries = 2000)
  void shouldNeverTurnARefusalIntoAnAllowWhenAFactIsLost(
      @ForAll("policies") List<StoredRule> rules,
      @ForAll("flows") Flow flow,
      @ForAll("subjects") Subject subject,
      @ForAll Verdict otherwise) {
    // A rule with unknown=skip asks for just that.
    List<StoredRule> closed =
        rules.stream().filter(rule -> !rule.definition().text().contains("unknown=")).toList();
    PolicySnapshot snapshot =
        Policies.snapshot(Policies.engine(), Policies.source(closed, true, otherwise));
    if (verdict(snapshot, flow, subject) == Verdict.ALLOW) {
      return;
    }
    for (int mask = 1; mask < 1 << 8; mask++) {
      assertThat(verdict(snapshot, flow, lose(subject, mask))).isNotEqualTo(Verdict.ALLOW);
    }
    Flow rewritten = Subjects.rewritten(flow);
    for (int mask = 0; mask < 1 << 8; mask++) {
      assertThat(verdict(snapshot, rewritten, lose(subject, mask))).isNotEqualTo(Verdict.ALLOW);
    }
  }

  private static Verdict verdict(PolicySnapshot snapshot, Flow flow, Subject subject) {
    return Policies.judge(snapshot, new Subjects.Case(flow, subject)).decision().verdict();
  }

  @SuppressWarnings("unchecked") // a fact without a value is a fact of any type
  private static <T> Fact<T> lose(Fact<T> fact, int mask, int bit) {
    return (mask >> bit & 1) == 1 ? (Fact<T>) LOST : fact;
  }

  private static Subject lose(Subject subject, int mask) {
    return new Subject(
        (mask & 1) == 1 ? SubjectKind.UNKNOWN : subject.kind(),
        lose(subject.userId(), mask, 1),
        subject.groupId(),
        subject.process(),
        lose(subject.executable(), mask, 2),
        subject.sha256(),
        subject.capabilities(),
        lose(subject.processName(), mask, 3),
        lose(subject.commandLine(), mask, 4),
        lose(subject.processUserId(), mask, 5),
        lose(subject.cgroup(), mask, 6),
        lose(subject.ancestors(), mask, 7),
        subject.source());
  }

  @Provide
  Arbitrary<List<StoredRule>> policies() {
    Arbitrary<String> criteria = Arbitraries.of(ReferenceEvaluator.CRITERIA);
    Arbitrary<String> negated = criteria.map(text -> "!" + text);
    Arbitrary<String> actions = Arbitraries.of("allow", "deny", "reject", "log");
    Arbitrary<String> texts =
        Combinators.combine(
                actions,
                Arbitraries.frequencyOf(Tuple.of(3, criteria), Tuple.of(1, negated))
                    .list()
                    .ofMaxSize(3),
                Arbitraries.of("", "", " unknown=skip", " unknown=apply"))
            .as(PolicyPropertyTest::text);
    return Combinators.combine(
            texts.list().ofMaxSize(25), Arbitraries.integers().between(0, 2).list().ofSize(25))
        .as(PolicyPropertyTest::stored);
  }

  private static String text(String action, List<String> criteria, String unknown) {
    boolean refuses = action.equals("deny") || action.equals("reject");
    // What allow rules may rest on is another test's business.
    String grounds = action.equals("allow") ? " process.exe~/**" : "";
    return action + grounds + " " + String.join(" ", criteria) + (refuses ? unknown : "");
  }

  private static List<StoredRule> stored(List<String> texts, List<Integer> priorities) {
    List<StoredRule> rules = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int rank = 100 * (1 + i % 2);
      rules.add(Policies.rule("r" + (i * 7 % 25), texts.get(i), priorities.get(i), rank));
    }
    return rules;
  }

  @Provide
  Arbitrary<Flow> flows() {
    return Combinators.combine(
            Arbitraries.of("10.0.0.2", "192.0.2.1", "2001:db8::1"), Arbitraries.of(80, 443))
        .as(Subjects::tcp);
  }

  @Provide
  Arbitrary<Subject> subjects() {
    Arbitrary<Fact<Executable>> executables =
        facts(
            Arbitraries.of("/a", "/b", "/c", "/d")
                .map(Subjects::host)
                .flatMap(
                    e ->
                        Arbitraries.of(
                            e,
                            new Executable(
                                e.path(), new FileIdentity(9, 9, -1, 0, 0), false, true))));
    Arbitrary<Fact<List<Ancestor>>> chains =
        executables
            .list()
            .ofMaxSize(2)
            .map(
                list ->
                    Subjects.known(
                        list.stream().map(e -> new Ancestor(new ProcessId(9, 1), e)).toList()));
    return Combinators.combine(
            Arbitraries.of(SubjectKind.class),
            facts(Arbitraries.of(0L, 1000L)),
            executables,
            facts(Arbitraries.of("curl", "wget")),
            facts(Arbitraries.of("/system.slice/web.service/x", "/user.slice")),
            chains)
        .as(
            (kind, user, executable, name, cgroup, chain) ->
                new Subject(
                    kind,
                    user,
                    user,
                    Subjects.known(new ProcessId(42, 1)),
                    executable,
                    name,
                    user,
                    name,
                    name,
                    user,
                    cgroup,
                    chain,
                    "test"));
  }

  private static <T> Arbitrary<Fact<T>> facts(Arbitrary<T> values) {
    return Arbitraries.frequencyOf(
        Tuple.of(6, values.map(Subjects::known)),
        Tuple.of(1, Arbitraries.just(new Fact.Absent<T>("none"))),
        Tuple.of(1, Arbitraries.just(new Fact.Pending<T>("coming"))),
        Tuple.of(1, Arbitraries.just(new Fact.NeverHere<T>("nobody knows"))),
        Tuple.of(1, Arbitraries.just(new Fact.Unknown<T>("lost"))));
  }
}
