// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.StoreError;
import org.sallyport.api.rule.StoreUnit;

/**
 * One unit of a store: what it holds now, and what was good last and stays in force while it is
 * broken. Confined to the control thread.
 */
final class RuleUnit {
  private List<RuleDefinition> lastGood;
  private List<RuleDefinition> confirmed;
  private Map<String, String> goodTexts;
  private StoreUnit offered;
  private final List<StoreError> refused = new ArrayList<>();

  RuleUnit(List<RuleDefinition> lastGood) {
    good(lastGood);
    confirmed = lastGood;
  }

  /** What was in force last and is to stay: nothing of a trial. */
  List<RuleDefinition> confirmed() {
    return confirmed;
  }

  /** What is in force now is to stay. */
  void confirm() {
    confirmed = lastGood;
  }

  /** What was in force last without an error. */
  List<RuleDefinition> lastGood() {
    return lastGood;
  }

  void good(List<RuleDefinition> rules) {
    lastGood = rules;
    goodTexts = new HashMap<>();
    rules.forEach(rule -> goodTexts.put(rule.id(), rule.text()));
  }

  /** Whether the rule was in force with the same words, wherever it stood in its file. */
  boolean wasGood(RuleDefinition rule) {
    return rule.text().equals(goodTexts.get(rule.id()));
  }

  void offer(StoreUnit unit) {
    offered = unit;
    refused.clear();
  }

  List<StoreError> errors() {
    List<StoreError> all = new ArrayList<>(offered == null ? List.of() : offered.errors());
    all.addAll(refused);
    return all;
  }

  List<RuleDefinition> effective() {
    return offered == null || !errors().isEmpty() ? lastGood : offered.rules();
  }

  boolean blame(RuleProblem problem, boolean there) {
    Optional<Origin> mine =
        effective().stream()
            .filter(rule -> rule.id().equals(problem.ruleId()))
            .map(RuleDefinition::origin)
            .filter(origin -> !there || origin.equals(problem.origin()))
            .findFirst();
    if (mine.isEmpty() || effective().equals(lastGood)) {
      return false;
    }
    String hint = problem.hint().isEmpty() ? "" : "; " + problem.hint();
    refused.add(
        new StoreError(mine.get(), "rule " + problem.ruleId() + ": " + problem.message() + hint));
    return true;
  }
}
