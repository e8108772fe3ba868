// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.rule.RuleDefinition;

/** What differs between two policies, for people and as JSON. */
final class DiffText {

  private DiffText() {}

  static void print(PolicyDiff diff, Output output) {
    diff.settings().forEach(s -> output.line("  " + s.key() + ": " + s.from() + " -> " + s.to()));
    diff.removed().forEach(rule -> output.line("- " + line(rule)));
    diff.added().forEach(rule -> output.line("+ " + line(rule)));
    if (diff.isEmpty()) {
      output.line("no difference");
    }
  }

  private static String line(PolicyRule rule) {
    return rule.id()
        + ": "
        + rule.text()
        + (rule.priority() == RuleDefinition.DEFAULT_PRIORITY ? "" : " priority " + rule.priority())
        + (rule.enabled() ? "" : " disabled")
        + (rule.comment().isEmpty() ? "" : " # " + rule.comment());
  }

  static ObjectNode json(PolicyDiff diff) {
    return into(Json.object(), diff);
  }

  /** Adds what differs to a value. */
  static ObjectNode into(ObjectNode json, PolicyDiff diff) {
    json.set("removed", Json.array(diff.removed(), DiffText::json));
    json.set("added", Json.array(diff.added(), DiffText::json));
    json.set(
        "settings",
        Json.array(
            diff.settings(),
            s -> Json.object().put("key", s.key()).put("from", s.from()).put("to", s.to())));
    return json;
  }

  static ObjectNode json(PolicyRule rule) {
    return Json.object()
        .put("id", rule.id())
        .put("text", rule.text())
        .put("priority", rule.priority())
        .put("enabled", rule.enabled())
        .put("comment", rule.comment());
  }
}
