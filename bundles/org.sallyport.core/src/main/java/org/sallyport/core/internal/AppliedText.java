// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.PolicyText;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.RuleText;
import org.sallyport.core.internal.document.PolicyDocument;
import org.sallyport.core.internal.document.PolicyDraft;
import org.sallyport.core.internal.document.PolicyReader;
import org.sallyport.core.internal.document.PolicyTextException;

/**
 * A policy's text as read: rules in their canonical form, and where each stands.
 *
 * @param document the policy
 * @param name where the text comes from
 * @param places "line:column" by rule id
 */
record AppliedText(PolicyDocument document, String name, Map<String, String> places) {

  AppliedText {
    places = Map.copyOf(places);
  }

  /**
   * Reads a text.
   *
   * @param base what holds where it says nothing
   * @throws AdminException if it makes no sense
   */
  static AppliedText read(PolicyText text, PolicyEngine engine, PolicyDocument base) {
    try {
      PolicyDraft draft = PolicyReader.read(text.text());
      Map<String, String> places = new HashMap<>();
      List<PolicyRule> rules = new ArrayList<>();
      for (PolicyDraft.Placed placed : draft.rules().orElse(List.of())) {
        rules.add(canonical(placed, text.name(), engine));
        places.put(placed.rule().id(), placed.line() + ":" + placed.column());
      }
      PolicyDocument whole = draft.over(base);
      Optional<List<PolicyRule>> given = draft.rules().map(unused -> rules);
      return new AppliedText(
          new PolicyDocument(whole.settings(), given.orElse(base.rules())), text.name(), places);
    } catch (PolicyTextException e) {
      String place = text.name() + ":" + e.line() + ":" + e.column();
      throw new AdminException(AdminException.Kind.USAGE, e.getMessage(), place, "", e);
    }
  }

  private static PolicyRule canonical(PolicyDraft.Placed placed, String name, PolicyEngine engine) {
    PolicyRule rule = placed.rule();
    try {
      RuleText text = engine.parse(rule.text());
      Lifetime lifetime = RuleChanges.fixed(text);
      if (!(lifetime instanceof Lifetime.Permanent || lifetime instanceof Lifetime.Until)) {
        throw AdminException.refused(
            "rule " + rule.id() + " ends with the daemon or a process; a policy's text holds none",
            name + ":" + placed.line() + ":" + placed.column(),
            "add it with a command");
      }
      String print =
          engine.print(new RuleText(text.action(), text.direction(), text.criteria(), lifetime));
      return new PolicyRule(rule.id(), print, rule.priority(), rule.enabled(), rule.comment());
    } catch (RuleSyntaxException e) {
      int column = placed.column() + Math.max(e.column() - 1, 0);
      throw new AdminException(
          AdminException.Kind.USAGE,
          "rule " + rule.id() + ": " + e.getMessage(),
          name + ":" + placed.line() + ":" + column,
          e.hint(),
          e);
    }
  }

  /** Where a rule stands. */
  String placeOf(String ruleId) {
    return places.containsKey(ruleId) ? name + ":" + places.get(ruleId) : name;
  }
}
