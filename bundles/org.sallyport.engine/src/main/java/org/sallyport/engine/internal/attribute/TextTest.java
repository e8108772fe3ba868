// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.engine.internal.text.CriterionException;

/** Compares text: literally, with a glob, or with an RE2 expression; always case-sensitively. */
final class TextTest {

  private static final int MAX_PATTERN_LENGTH = 1000;
  private static final long MAX_PROGRAM_SIZE = 20_000;

  private TextTest() {}

  /** The test that a criterion on text asks for. */
  static ValueTest<String> of(Criterion criterion) {
    if (criterion.operator() == Operator.EQUALS) {
      return new Literal(Set.copyOf(new HashSet<>(criterion.values())));
    }
    String written = criterion.values().get(0);
    String regex = criterion.operator() == Operator.GLOB ? regexOfGlob(written) : written;
    if (written.length() > MAX_PATTERN_LENGTH) {
      throw new CriterionException(
          criterion.attribute() + ": the pattern is longer than " + MAX_PATTERN_LENGTH,
          "Make several rules of it.");
    }
    if (criterion.operator() == Operator.REGEX && PatternSize.of(regex) > MAX_PROGRAM_SIZE) {
      throw new CriterionException(
          criterion.attribute() + ": the expression repeats too much",
          "Repetitions such as {100} multiply where one stands in another.");
    }
    try {
      return new Remembering(Pattern.compile(regex));
    } catch (PatternSyntaxException e) {
      throw new CriterionException(
          criterion.attribute() + ": " + e.getDescription() + " in the expression",
          "Expressions are those of RE2: no look-around, no back-references.");
    }
  }

  /** A glob as an expression: linear in time whatever the value. */
  private static String regexOfGlob(String glob) {
    StringBuilder regex = new StringBuilder("(?s)");
    int literal = 0;
    int i = 0;
    while (i < glob.length()) {
      String token = glob.startsWith("**", i) ? "**" : glob.substring(i, i + 1);
      String part =
          switch (token) {
            case "**" -> ".*";
            case "*" -> "[^/]*";
            case "?" -> ".";
            default -> "";
          };
      if (!part.isEmpty()) {
        regex.append(Pattern.quote(glob.substring(literal, i))).append(part);
        literal = i + token.length();
      }
      i += token.length();
    }
    return regex.append(Pattern.quote(glob.substring(literal))).toString();
  }

  /** Equal to one of a set. */
  private record Literal(Set<String> values) implements ValueTest<String> {
    @Override
    public Truth test(String value) {
      return values.contains(value) ? Truth.MATCH : Truth.NO_MATCH;
    }
  }

  /**
   * An expression that remembers its answers for the values seen last: the same few programs talk
   * again and again, and matching allocates.
   */
  private static final class Remembering implements ValueTest<String> {

    private static final int SLOTS = 64;
    private static final int MAX_REMEMBERED_LENGTH = 512;

    private record Answer(String value, Truth truth) {}

    private final Pattern pattern;
    private final AtomicReferenceArray<Answer> answers = new AtomicReferenceArray<>(SLOTS);

    Remembering(Pattern pattern) {
      this.pattern = pattern;
    }

    @Override
    public Truth test(String value) {
      int hash = value.hashCode();
      int slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
      Answer known = answers.get(slot);
      if (known != null && known.value().equals(value)) {
        return known.truth();
      }
      Truth truth = Truth.of(pattern.matches(value));
      if (value.length() <= MAX_REMEMBERED_LENGTH) {
        answers.set(slot, new Answer(value, truth));
      }
      return truth;
    }
  }
}
