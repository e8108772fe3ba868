// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Lifetime;

/**
 * Walks a policy for one backend: each rule that takes part becomes a step at its place. What the
 * backend cannot hold exactly is passed on by as much of it as can be asked, which claims too much
 * and never too little: so no later step decides a packet that belongs to this rule.
 */
public final class Planner {

  private final Expressiveness backend;

  private Planner(Expressiveness backend) {
    this.backend = backend;
  }

  /**
   * Plans a policy.
   *
   * @param rules the rules that take part, in order; every direction is present
   * @param defaults the verdict where none decides; every direction is present
   * @param backend what the backend can express
   */
  public static KernelProgram plan(
      Map<Direction, List<Candidate>> rules,
      Map<Direction, Verdict> defaults,
      Expressiveness backend) {
    Planner planner = new Planner(backend);
    Map<Direction, List<KernelStep>> steps = new EnumMap<>(Direction.class);
    rules.forEach(
        (direction, ordered) ->
            steps.put(
                direction, ordered.stream().map(rule -> planner.step(direction, rule)).toList()));
    return new KernelProgram(steps, defaults);
  }

  private KernelStep step(Direction direction, Candidate rule) {
    List<FlowTest> tests = new ArrayList<>();
    Optional<String> why = ofAction(direction, rule.action()).or(() -> ofLifetime(rule.lifetime()));
    for (Term term : rule.terms()) {
      Optional<String> refusal = refusal(direction, term);
      if (refusal.isEmpty()) {
        tests.add(((Term.Test) term).test());
      }
      why = why.or(() -> refusal);
    }
    return why.isPresent()
        ? new KernelStep.PassOn(rule.ruleId(), tests, why.get())
        : new KernelStep.Decide(rule.ruleId(), rule.action(), tests);
  }

  private Optional<String> ofAction(Direction direction, Action action) {
    return action == Action.ASK
        ? Optional.of("only the packet core can hold a packet until somebody answers")
        : backend.refusal(direction, action);
  }

  private static Optional<String> ofLifetime(Lifetime lifetime) {
    return lifetime instanceof Lifetime.Permanent
        ? Optional.empty()
        : Optional.of("it ends by itself, and a rule in the kernel would outlive the daemon");
  }

  private Optional<String> refusal(Direction direction, Term term) {
    return term instanceof Term.Test one
        ? backend.refusal(direction, one.test())
        : Optional.of(((Term.Beyond) term).why());
  }
}
