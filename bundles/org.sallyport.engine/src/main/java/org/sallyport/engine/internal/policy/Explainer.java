// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Explanation.CriterionStep;
import org.sallyport.api.decision.Explanation.RuleStep;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.rule.Action;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.plugin.PluginCriterion;
import org.sallyport.engine.internal.text.RulePrinter;

/**
 * Asks the same rules in the same order as a decision does, and writes down each answer. A decision
 * leaves a rule at its first criterion that does not hold; here the others are asked all the same,
 * because a person wants to see the value of each.
 */
final class Explainer {

  /** How long a person waits for all plugins together. */
  private static final long PATIENCE_NS = 2_000_000_000L;

  private final Flow flow;
  private final Subject subject;
  private final Evaluation evaluation = new Evaluation();
  private final long endNs = System.nanoTime() + PATIENCE_NS;

  private Explainer(Flow flow, Subject subject) {
    this.flow = flow;
    this.subject = subject;
    evaluation.reset();
    evaluation.mayWait(true); // a person waits
  }

  static Explanation explain(Flow flow, SubjectView view, List<Entry> entries, Decision otherwise) {
    return new Explainer(flow, Subject.copyOf(view)).explain(entries, otherwise);
  }

  private Explanation explain(List<Entry> entries, Decision otherwise) {
    List<RuleStep> steps = new ArrayList<>();
    for (Entry entry : entries) {
      RuleStep step = step(entry);
      steps.add(step);
      if (step.applied() && entry.action() != Action.LOG) {
        return new Explanation(flow, subject, steps, evaluation.decision());
      }
    }
    return new Explanation(flow, subject, steps, otherwise);
  }

  private RuleStep step(Entry entry) {
    Map<Integer, CriterionStep> asWritten = new TreeMap<>();
    Truth all = Truth.MATCH;
    boolean operandUnknown = false;
    boolean pluginFailed = false;
    for (Asked one : entry.asked()) {
      int errors = evaluation.pluginErrors();
      Truth truth = ask(one.question());
      String text = RulePrinter.print(one.criterion());
      asWritten.put(
          one.position(), new CriterionStep(text, truth, one.question().describe(flow, subject)));
      boolean plugins = one.failed(errors, truth, evaluation);
      pluginFailed |= plugins;
      operandUnknown |= truth != Truth.MATCH && !plugins;
      boolean fails = truth == Truth.NO_MATCH || all == Truth.NO_MATCH;
      all = fails ? Truth.NO_MATCH : Entry.and(all, truth);
    }
    List<CriterionStep> criteria = List.copyOf(asWritten.values());
    boolean decided =
        entry.apply(all, entry.unsure().applies(operandUnknown, pluginFailed), evaluation);
    boolean recorded = all == Truth.MATCH && entry.action() == Action.LOG;
    return new RuleStep(
        entry.rule().definition().id(),
        entry.rule().canonicalText(),
        all,
        decided || recorded,
        reason(entry, all, decided, criteria),
        criteria);
  }

  private Truth ask(Question question) {
    return question instanceof PluginCriterion plugin
        ? plugin.askUntil(endNs, flow, subject, evaluation)
        : question.ask(flow, subject, evaluation);
  }

  private static String reason(
      Entry entry, Truth result, boolean decided, List<CriterionStep> criteria) {
    String verb = entry.action().word();
    return switch (result) {
      case MATCH -> entry.action() == Action.LOG ? "recorded; goes on" : "matches: " + verb;
      case NO_MATCH -> "does not match: " + named(criteria, Truth.NO_MATCH);
      case UNKNOWN, PENDING -> {
        String what = named(criteria, Truth.UNKNOWN, Truth.PENDING);
        if (decided) {
          yield "cannot be said for " + what + ", and the rule then applies: " + verb;
        }
        String why =
            entry.action().refuses()
                ? "the rule is skipped where a fact is unknown"
                : "a rule that does not refuse needs certainty";
        yield "cannot be said for " + what + "; " + why;
      }
    };
  }

  private static String named(List<CriterionStep> criteria, Truth... results) {
    return String.join(
        ", ",
        criteria.stream()
            .filter(step -> Arrays.asList(results).contains(step.result()))
            .map(CriterionStep::criterion)
            .toList());
  }
}
