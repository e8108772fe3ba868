// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.rule.RuleDefinition;

/** Prints a policy as YAML that {@link PolicyReader} reads back as the same policy. */
public final class PolicyPrinter {

  private static final String HEADER =
      """
      # A policy of Sallyport: what commands set, and the rules they added.
      # "sallyport apply FILE" brings it back.
      """;

  private PolicyPrinter() {}

  /**
   * Prints a policy.
   *
   * @param document the policy
   * @return YAML
   */
  public static String print(PolicyDocument document) {
    StringBuilder text = new StringBuilder(HEADER);
    Map<String, String> settings = new TreeMap<>(document.settings());
    scalar(text, "mode", settings);
    group(text, "defaults", "default.", settings);
    group(text, "fail", "fail.", settings);
    scalar(text, "loopback", settings);
    text.append(document.rules().isEmpty() ? "rules: []\n" : "rules:\n");
    document.rules().forEach(rule -> print(text, rule));
    return text.toString();
  }

  private static void scalar(StringBuilder text, String key, Map<String, String> settings) {
    if (settings.containsKey(key)) {
      text.append(key).append(": ").append(settings.get(key)).append('\n');
    }
  }

  private static void group(
      StringBuilder text, String name, String prefix, Map<String, String> settings) {
    StringBuilder lines = new StringBuilder();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            lines.append("  ").append(key.substring(prefix.length()));
            lines.append(": ").append(value).append('\n');
          }
        });
    if (!lines.isEmpty()) {
      text.append(name).append(":\n").append(lines);
    }
  }

  private static void print(StringBuilder text, PolicyRule rule) {
    text.append("  - id: ").append(quote(rule.id())).append('\n');
    text.append("    rule: ").append(quote(rule.text())).append('\n');
    if (rule.priority() != RuleDefinition.DEFAULT_PRIORITY) {
      text.append("    priority: ").append(rule.priority()).append('\n');
    }
    if (!rule.enabled()) {
      text.append("    enabled: false\n");
    }
    if (!rule.comment().isEmpty()) {
      text.append("    comment: ").append(quote(rule.comment())).append('\n');
    }
  }

  /** A double-quoted scalar (YAML 1.1 §5.6, §9.1.1); what is no letter is escaped. */
  static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (c >= 0xd800 && c < 0xe000) {
                quoted.append('\ufffd'); // half a character cannot be stored
              } else if ((c >= ' ' && c < 0x7f) || (c > 0xa0 && Character.isLetterOrDigit(c))) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
              }
            });
    return quoted.append('"').toString();
  }
}
