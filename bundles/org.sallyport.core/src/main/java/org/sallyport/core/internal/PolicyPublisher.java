// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.core.internal.policy.Holding;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.policy.PolicySlot;

/** Compiles what the stores hold and puts the snapshot in place. Confined to the control thread. */
final class PolicyPublisher {

  /** How long a reader may use an old snapshot after a change, before it is named and gone past. */
  private static final Duration READERS_PATIENCE = Duration.ofSeconds(2);

  private final PolicySlot slot;
  private final Kept kept;
  private final Trial trial;
  private final Holding holding;
  private final FailCounters failures;
  private Optional<PolicyEngine> compiler = Optional.empty();
  private boolean unremembered;

  PolicyPublisher(PolicySlot slot, Kept kept, Trial trial, Holding holding, FailCounters failures) {
    this.slot = slot;
    this.kept = kept;
    this.trial = trial;
    this.holding = holding;
    this.failures = failures;
  }

  /** Whether an engine made the policy that is in place. */
  boolean isCompiler(Optional<PolicyEngine> engine) {
    return engine.equals(compiler);
  }

  /**
   * Publishes under a revision.
   *
   * @param problems takes what a person should know, a sentence each
   * @throws BackendException if no policy can be made
   */
  void publish(PolicyEngine engine, long revision, List<String> problems) throws BackendException {
    Compilation result =
        PolicyMaker.compileLastGood(
            engine, revision, kept.book(), kept.settings().current(), holding);
    if (result instanceof Compilation.Compiled compiled) {
      compiler = Optional.of(engine);
      List<String> late = slot.publish(compiled.snapshot(), READERS_PATIENCE);
      if (!late.isEmpty()) {
        failures.count(Situation.PLUGIN_ERROR, late.size());
        problems.add("still judging by an older revision: " + late);
      }
      unremembered |= kept.book().accept(!trial.active());
      if (unremembered && !trial.active()) {
        kept.remember().ifPresentOrElse(problems::add, () -> unremembered = false);
      }
    } else if (result instanceof Compilation.Refused refused) {
      List<String> inTheWay = refused.problems().stream().map(PolicyPublisher::sentence).toList();
      problems.addAll(inTheWay);
      throw new BackendException("no policy could be made: " + inTheWay.get(0), null);
    }
  }

  private static String sentence(RuleProblem problem) {
    return problem.origin() + ": rule " + problem.ruleId() + ": " + problem.message();
  }
}
