// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sallyport.api.rule.RuleDefinition;

/** The text of the one file that commands write. */
final class ConsoleFile {

  /** Its name among the rule files. */
  static final String NAME = "90-console.yaml";

  private static final String HEADER =
      """
      # Rules added by commands. Sallyport writes this file: of the comments in it, only those at
      # the top are kept. Rules of your own are better kept in another file of this folder.
      """;

  /** Where a line, and so a comment, ends (YAML 1.1 §4.1.4). */
  private static final String LINE_END = "\r\n|[\n\r\u0085\u2028\u2029]";

  private ConsoleFile() {}

  /**
   * Prints the file.
   *
   * @param before what the file holds now, or nothing; the comments at its top are kept
   * @param rules the rules it shall hold
   */
  static byte[] print(byte[] before, List<RuleDefinition> rules) {
    StringBuilder text = new StringBuilder(header(before));
    text.append(rules.isEmpty() ? "rules: []\n" : "rules:\n");
    for (RuleDefinition rule : rules) {
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
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String header(byte[] before) {
    StringBuilder header = new StringBuilder();
    for (String line : new String(before, StandardCharsets.UTF_8).split(LINE_END, -1)) {
      if (!line.startsWith("#")) {
        break;
      }
      header.append(line).append('\n');
    }
    return header.isEmpty() ? HEADER : header.toString();
  }

  /**
   * A double-quoted scalar (YAML 1.1 §5.6, §9.1.1): every other style has values it cannot hold.
   */
  private static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (c >= 0xd800 && c < 0xe000) {
                quoted.append('\ufffd'); // half a character cannot be stored
              } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
                quoted.append(String.format("\\u%04x", c));
              } else if (c == 0xfeff || c == 0xfffe || c == 0xffff) {
                quoted.append(String.format("\\u%04x", c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }
}
