// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.util.List;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.StoreError;
import org.sallyport.api.rule.StoreUnit;
import org.sallyport.itests.fuzz.kit.Check;

/**
 * A rule file. What is read is written as the console's file and read back as the same; what is not
 * is reported with the place.
 */
public final class RuleFileTarget {

  private static final Origin SOMEWHERE = new Origin("file", 0);

  private RuleFileTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    StoreUnit unit = RuleFileParser.parse("fuzz.yaml", input);
    int lines = 1;
    for (byte b : input) {
      lines += b == '\n' || b == '\r' ? 1 : 0;
    }
    for (StoreError error : unit.errors()) {
      Check.sentence(error.message(), 500);
      int line = error.origin().line();
      // YAML also ends lines at U+0085, U+2028 and U+2029
      Check.that(line <= lines + input.length / 2, () -> "line " + line + " is not in the file");
    }
    Check.that(unit.errors().size() <= input.length + 1, "errors are bounded");
    if (unit.errors().isEmpty()) {
      readsBack(input, unit.rules());
    }
  }

  private static void readsBack(byte[] before, List<RuleDefinition> rules) {
    byte[] file = ConsoleFile.print(before, rules);
    StoreUnit again = RuleFileParser.parse("console.yaml", file);
    Check.that(again.errors().isEmpty(), () -> "our own file is refused: " + again.errors());
    Check.that(
        plain(again.rules()).equals(plain(rules)),
        () -> "another rule is read: " + plain(again.rules()) + " for " + plain(rules));
  }

  /** Without their places, and with what cannot be stored as it is stored. */
  private static List<RuleDefinition> plain(List<RuleDefinition> rules) {
    return rules.stream()
        .map(
            rule ->
                new RuleDefinition(
                    rule.id(),
                    whole(rule.text()),
                    rule.priority(),
                    rule.enabled(),
                    whole(rule.comment()),
                    SOMEWHERE))
        .toList();
  }

  private static String whole(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints()
        .map(c -> c >= 0xd800 && c < 0xe000 ? 0xfffd : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
