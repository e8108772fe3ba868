// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;

/** The closed sets of words that commands take. */
final class Words {

  private Words() {}

  /** The direction of a word. */
  static Direction direction(String word) {
    return parse("direction", word, Direction.values());
  }

  /** The verdict of a word. */
  static Verdict verdict(String word) {
    return parse("action", word, Verdict.values());
  }

  /** The mode of a word. */
  static Mode mode(String word) {
    return parse("mode", word, Mode.values());
  }

  /** The situation of a word. */
  static Situation situation(String word) {
    return parse("situation", word, Situation.values());
  }

  /** The choice of a word. */
  static Choice choice(String word) {
    return parse("choice", word, Choice.values());
  }

  /** The words of an enum. */
  static List<String> of(Enum<?>[] values) {
    return Arrays.stream(values).map(Words::word).toList();
  }

  private static <E extends Enum<E>> E parse(String what, String word, E[] values) {
    for (E value : values) {
      if (word(value).equals(word)) {
        return value;
      }
    }
    String known = of(values).stream().collect(Collectors.joining(", "));
    throw AdminException.usage("'" + word + "' is no " + what, "", "one of " + known);
  }

  /** All our words are names in lower case with hyphens. */
  private static String word(Enum<?> value) {
    return RuleJson.word(value).replace('_', '-');
  }
}
