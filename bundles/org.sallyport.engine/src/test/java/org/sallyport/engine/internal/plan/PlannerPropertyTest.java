// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.subject.Subject;
import org.sallyport.engine.internal.plan.PlanFlows.Packet;
import org.sallyport.engine.internal.plan.PolicyShape.Reach;

/** What a program decides is what the snapshot it was made of decides, whoever is behind a flow. */
class PlannerPropertyTest {

  private static final int POLICIES = 1_500;
  private static final int PACKETS = 50;
  private static final int SUBJECTS = 3;

  private final PlanEngine engine = new PlanEngine();
  private final Map<String, Integer> seen = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(ints = {0, 15, 50})
  void shouldDecideWhatTheSnapshotDecides(int refusedPercent) {
    for (int seed = 0; seed < POLICIES; seed++) {
      SomeBackend backend = new SomeBackend(seed, refusedPercent);
      long trafficSeed = new Random(~seed).nextLong();
      check(
          seed,
          new PlanPolicies(new Random(seed)).any(),
          (shape, snapshot) -> judgeAll(snapshot, backend, trafficSeed));
    }
    int packets = POLICIES * PACKETS;
    assertThat(seen.get("by a rule")).as("%s", seen).isGreaterThan(packets / 20);
    assertThat(seen.get("by default")).as("%s", seen).isGreaterThan(packets / 20);
    assertThat(seen.get("passed on")).as("%s", seen).isGreaterThan(packets / 10);
  }

  @Test
  void shouldPassNothingOnWhereAllIsExpressible() {
    for (int seed = 0; seed < POLICIES; seed++) {
      long trafficSeed = new Random(~seed).nextLong();
      check(
          seed,
          new PlanPolicies(new Random(seed)).expressible(),
          (shape, snapshot) ->
              snapshot.program(SomeBackend.OF_ALL).orElseThrow().passedOn().isEmpty()
                  ? judgeAll(snapshot, SomeBackend.OF_ALL, trafficSeed)
                  : Optional.of("something is passed on"));
    }
    assertThat(seen).doesNotContainKey("passed on");
    assertThat(seen.get("logged")).as("%s", seen).isGreaterThan(1_000);
  }

  @Test
  void shouldHoldWhatCanBeHeldAndAskAllThatCanBeAsked() {
    for (int seed = 0; seed < 2 * POLICIES; seed++) {
      SomeBackend backend = new SomeBackend(seed, 20);
      check(
          seed,
          new PlanPolicies(new Random(seed)).any(),
          (shape, snapshot) -> compareSteps(shape, snapshot, backend));
    }
    assertThat(seen.get("held")).as("%s", seen).isGreaterThan(1_000);
    assertThat(seen.get("not held")).as("%s", seen).isGreaterThan(1_000);
  }

  private void count(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  /** Holds a policy against a promise; one that breaks it is made as small as it can be. */
  private void check(
      long seed,
      PolicyShape shape,
      BiFunction<PolicyShape, PolicySnapshot, Optional<String>> promise) {
    assertThat(engine.compilation(shape))
        .as("seed %d:%n%s", seed, shape)
        .isInstanceOf(Compilation.Compiled.class);
    PolicyShape broken = shape;
    Optional<String> how = broken(shape, promise);
    if (how.isEmpty()) {
      return;
    }
    for (Optional<PolicyShape> next = Optional.of(shape); next.isPresent(); ) {
      broken = next.get();
      next = broken.smaller().stream().filter(one -> broken(one, promise).isPresent()).findFirst();
    }
    throw new AssertionError(
        "seed " + seed + ": " + broken(broken, promise).orElseThrow() + "\n" + broken);
  }

  private Optional<String> broken(
      PolicyShape shape, BiFunction<PolicyShape, PolicySnapshot, Optional<String>> promise) {
    try {
      return engine.compile(shape).flatMap(snapshot -> promise.apply(shape, snapshot));
    } catch (RuntimeException e) {
      return Optional.of("planning threw " + e);
    }
  }

  /** How the program and the snapshot disagree, if they do. */
  private Optional<String> judgeAll(PolicySnapshot snapshot, SomeBackend backend, long seed) {
    KernelProgram program = snapshot.program(backend).orElseThrow();
    PlanFlows flows = new PlanFlows(new Random(seed));
    Evaluation evaluation = new Evaluation();
    for (int i = 0; i < PACKETS; i++) {
      Packet packet = flows.packet();
      Interpreter.Outcome outcome = Interpreter.run(program, packet);
      count(outcome.verdict().isEmpty() ? "passed on" : byWhom(outcome));
      for (int j = 0; j < SUBJECTS; j++) {
        Subject subject = flows.anybody(packet);
        evaluation.mayWait(j % 2 == 0);
        snapshot.decide(packet.flow(), subject, evaluation);
        if (outcome.verdict().isPresent() && !agree(outcome, evaluation)) {
          return Optional.of(
              packet
                  + " of "
                  + subject
                  + "\nprogram "
                  + program
                  + "\nsays "
                  + outcome
                  + "\nbut "
                  + evaluation.decision()
                  + ", logged "
                  + logged(evaluation));
        }
      }
    }
    return Optional.empty();
  }

  private String byWhom(Interpreter.Outcome outcome) {
    outcome.logged().forEach(rule -> count("logged"));
    return outcome.ruleId().isPresent() ? "by a rule" : "by default";
  }

  private static boolean agree(Interpreter.Outcome outcome, Evaluation evaluation) {
    return outcome.verdict().orElseThrow() == evaluation.decision().verdict()
        && outcome.ruleId().equals(evaluation.decision().ruleId())
        && outcome.logged().equals(logged(evaluation));
  }

  private static List<String> logged(Evaluation evaluation) {
    List<String> logged = new ArrayList<>();
    for (int i = 0; i < evaluation.logCount(); i++) {
      logged.add(evaluation.logRuleId(i));
    }
    return logged;
  }

  /** How the steps differ from what the rules' words say, if they do. */
  private Optional<String> compareSteps(
      PolicyShape shape, PolicySnapshot snapshot, SomeBackend backend) {
    KernelProgram full = snapshot.program(SomeBackend.OF_ALL).orElseThrow();
    KernelProgram program = snapshot.program(backend).orElseThrow();
    for (Direction direction : Direction.values()) {
      List<KernelStep> steps = program.steps().get(direction);
      if (!steps.stream().map(KernelStep::ruleId).toList().equals(ids(shape, direction))) {
        return Optional.of("other rules than " + ids(shape, direction) + ": " + steps);
      }
      for (int i = 0; i < steps.size(); i++) {
        KernelStep all = full.steps().get(direction).get(i);
        if (!steps.get(i).tests().equals(askable(direction, all, backend))
            || !fits(shape.rule(all.ruleId()), all)
            || !holds(direction, shape.rule(all.ruleId()), all, backend, steps.get(i))) {
          return Optional.of(steps.get(i) + ", and if all were expressible " + all);
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> ids(PolicyShape shape, Direction direction) {
    return shape.rules().stream()
        .filter(rule -> rule.canApply(shape.closed()))
        .filter(rule -> rule.head().endsWith(direction.name().toLowerCase(Locale.ROOT)))
        .sorted(
            Comparator.comparingInt((PolicyShape.Rule rule) -> rule.definition().priority())
                .thenComparing(PolicyShape.Rule::id))
        .map(PolicyShape.Rule::id)
        .toList();
  }

  private static List<FlowTest> askable(Direction direction, KernelStep step, SomeBackend backend) {
    return step.tests().stream()
        .filter(test -> backend.refusal(direction, test).isEmpty())
        .toList();
  }

  /** Whether each criterion that a kernel can ask is a test. */
  private static boolean fits(PolicyShape.Rule rule, KernelStep step) {
    return step.tests().size()
        == rule.clauses().stream().filter(one -> one.reach() == Reach.KERNEL).count();
  }

  private boolean holds(
      Direction direction,
      PolicyShape.Rule rule,
      KernelStep all,
      SomeBackend backend,
      KernelStep step) {
    Action action = Action.parse(rule.head().split(" ")[0]).orElseThrow();
    boolean expected =
        rule.permanent()
            && rule.clauses().size() == all.tests().size()
            && backend.refusal(direction, action).isEmpty()
            && askable(direction, all, backend).equals(all.tests());
    count(expected ? "held" : "not held");
    return expected
        ? step instanceof KernelStep.Decide decide && decide.action() == action
        : step instanceof KernelStep.PassOn;
  }
}
