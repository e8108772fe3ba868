// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.plan.Candidate;
import org.sallyport.engine.internal.plan.Term;

/**
 * One rule of a snapshot that takes part. Immutable.
 *
 * @param rule the rule for people
 * @param asked its criteria, cheapest first
 * @param unsure whether it also applies where something is not known
 * @param onMatch the decision if all criteria hold
 * @param onUnknown the decision if it applies although a fact is unknown
 * @param hostPaths the only executables of the host's mount namespace that can match it; empty if
 *     it does not name its executables
 */
record Entry(
    CompiledRule rule,
    List<Asked> asked,
    Unsure unsure,
    Decision onMatch,
    Decision onUnknown,
    Set<String> hostPaths) {

  /** Kleene's AND of two values that are not NO_MATCH. */
  static Truth and(Truth a, Truth b) {
    if (a == Truth.MATCH) {
      return b;
    }
    return b == Truth.PENDING ? Truth.PENDING : a;
  }

  Action action() {
    return rule.rule().action();
  }

  /**
   * The rule as a planner sees it; empty if it can never apply. Allocates.
   *
   * @see #judge which answers UNKNOWN at best where nobody knows a fact
   */
  Optional<Candidate> candidate() {
    boolean resolved =
        asked.stream().noneMatch(one -> one.question() instanceof Question.NeverHere);
    if (!resolved && !(action().refuses() && unsure.operand())) {
      return Optional.empty();
    }
    List<Term> terms =
        asked.stream()
            .sorted(Comparator.comparingInt(Asked::position))
            .map(one -> Term.of(one.criterion(), one.question()))
            .toList();
    Lifetime lifetime = rule.rule().lifetime();
    return Optional.of(new Candidate(rule.definition().id(), action(), lifetime, terms));
  }

  /**
   * Judges one flow: Kleene's AND; PENDING is an UNKNOWN that may still change.
   *
   * @return whether this rule decided it
   */
  boolean judge(FlowView flow, SubjectView subject, Evaluation out) {
    Truth all = Truth.MATCH;
    boolean operandUnknown = false;
    boolean pluginFailed = false;
    for (int i = 0; i < asked.size(); i++) { // an iterator would be allocated
      int errors = out.pluginErrors();
      Truth truth = asked.get(i).question().ask(flow, subject, out);
      if (truth == Truth.NO_MATCH) {
        return false;
      }
      boolean plugins = asked.get(i).failed(errors, truth, out);
      pluginFailed |= plugins;
      operandUnknown |= truth != Truth.MATCH && !plugins;
      all = and(all, truth);
    }
    return apply(all, unsure.applies(operandUnknown, pluginFailed), out);
  }

  /**
   * Draws the consequence of an answer: decides, records, or notes why not.
   *
   * @param truth the AND of the criteria
   * @param appliesUnsure whether the rule applies where that is not known
   * @return whether this rule decided the flow
   */
  boolean apply(Truth truth, boolean appliesUnsure, Evaluation out) {
    if (truth == Truth.NO_MATCH) {
      return false;
    }
    if (truth == Truth.MATCH) {
      if (action() == Action.LOG) {
        out.addLog(rule.definition().id(), rule.counter());
        return false;
      }
      out.decide(onMatch);
      return true;
    }
    if (truth == Truth.PENDING) {
      out.markPending();
    }
    out.restOnUnknown();
    if (!action().refuses()) {
      return false;
    }
    if (appliesUnsure) {
      out.decide(onUnknown);
      return true;
    }
    out.countSkippedUnknown();
    return false;
  }
}
