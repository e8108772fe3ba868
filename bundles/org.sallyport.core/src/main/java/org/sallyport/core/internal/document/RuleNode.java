// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.util.List;
import java.util.Map;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleId;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads one rule of a policy's text. */
final class RuleNode {

  private static final List<String> KEYS = List.of("id", "rule", "priority", "enabled", "comment");

  private RuleNode() {}

  static PolicyDraft.Placed read(Node item) throws PolicyTextException {
    Map<String, Node> entries = PolicyReader.mapping(item, "a rule", KEYS);
    for (String required : List.of("id", "rule")) {
      if (!entries.containsKey(required)) {
        throw PolicyReader.error(item, "this rule has no '" + required + "'; add it");
      }
    }
    Node text = entries.get("rule");
    PolicyRule rule =
        new PolicyRule(
            id(entries.get("id")),
            PolicyReader.scalar(text, "rule"),
            entries.containsKey("priority")
                ? priority(entries.get("priority"))
                : RuleDefinition.DEFAULT_PRIORITY,
            !entries.containsKey("enabled") || enabled(entries.get("enabled")),
            entries.containsKey("comment")
                ? PolicyReader.scalar(entries.get("comment"), "comment")
                : "");
    int quote = ((ScalarNode) text).getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1;
    return new PolicyDraft.Placed(
        rule, text.getStartMark().getLine() + 1, text.getStartMark().getColumn() + 1 + quote);
  }

  private static String id(Node node) throws PolicyTextException {
    String id = PolicyReader.scalar(node, "id");
    if (!RuleId.isValid(id)) {
      throw PolicyReader.error(
          node, "'" + PolicyReader.shown(id) + "' is no id; use 1 to 24 of a-z, 0-9 and hyphen");
    }
    return id;
  }

  private static int priority(Node node) throws PolicyTextException {
    String text = PolicyReader.scalar(node, "priority");
    if (text.matches("-?[0-9]{1,10}") && (int) Long.parseLong(text) == Long.parseLong(text)) {
      return Integer.parseInt(text);
    }
    throw PolicyReader.error(node, "'priority' is a whole number from -2147483648 to 2147483647");
  }

  private static boolean enabled(Node node) throws PolicyTextException {
    String text = PolicyReader.scalar(node, "enabled");
    if (!text.equals("true") && !text.equals("false")) {
      throw PolicyReader.error(node, "'enabled' is true or false");
    }
    return text.equals("true");
  }
}
