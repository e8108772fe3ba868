// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.RuleText;

/** Reads {@code ACTION [in|out|forward] CRITERION… [lifetime]}. Immutable. */
public final class RuleReader {

  static final int MAX_CRITERIA = 64;

  private static final List<String> LIFETIMES =
      List.of("for", "until", "once", "until-restart", "until-exit");

  private final CriterionCheck check;
  private final ZoneId zone;

  /**
   * Creates a reader.
   *
   * @param check what criteria make sense
   * @param zone the zone of moments that name none
   */
  public RuleReader(CriterionCheck check, ZoneId zone) {
    this.check = Objects.requireNonNull(check, "check");
    this.zone = Objects.requireNonNull(zone, "zone");
  }

  /** Reads one line. */
  public RuleText read(String text) throws RuleSyntaxException {
    return rule(Word.split(text), false);
  }

  /** Reads words as a shell split them. */
  public RuleText readWords(List<String> words) throws RuleSyntaxException {
    return rule(Word.ofShell(words), true);
  }

  private RuleText rule(List<Word> words, boolean shellWords) throws RuleSyntaxException {
    Action action = action(words);
    int next = 1;
    Optional<Direction> direction =
        next < words.size() ? direction(words.get(next).text()) : Optional.empty();
    next += direction.isPresent() ? 1 : 0;
    List<Criterion> criteria = new ArrayList<>();
    while (next < words.size() && !LIFETIMES.contains(words.get(next).text())) {
      criteria.add(criterion(words.get(next++), shellWords));
      if (criteria.size() > MAX_CRITERIA) {
        throw new RuleSyntaxException(
            "the rule has more than " + MAX_CRITERIA + " criteria",
            words.get(next - 1).column(),
            "Make several rules of it.");
      }
    }
    Lifetime lifetime = lifetime(words, next);
    return printable(
        new RuleText(action, direction.orElse(Direction.OUT), criteria, lifetime),
        words.get(words.size() - 1));
  }

  /** Printing adds the direction, quotes and escapes: a store must be able to read it back. */
  private static RuleText printable(RuleText rule, Word last) throws RuleSyntaxException {
    if (RulePrinter.print(rule).length() > Word.MAX_TEXT_LENGTH) {
      throw new RuleSyntaxException(
          "the rule as it is kept is longer than " + Word.MAX_TEXT_LENGTH + " characters",
          last.column(),
          "Make several rules of it.");
    }
    return rule;
  }

  private static Action action(List<Word> words) throws RuleSyntaxException {
    List<String> actions = Arrays.stream(Action.values()).map(Action::word).toList();
    String choice = "A rule starts with one of " + String.join(", ", actions) + ".";
    if (words.isEmpty()) {
      throw new RuleSyntaxException("the rule is empty", 1, choice);
    }
    Word first = words.get(0);
    Optional<Action> action = Action.parse(first.text());
    if (action.isEmpty()) {
      throw new RuleSyntaxException(
          first.shown() + " is no action", first.column(), meant(first.text(), actions, choice));
    }
    return action.get();
  }

  /** Reads a direction's word. */
  public static Optional<Direction> direction(String word) {
    return Arrays.stream(Direction.values())
        .filter(direction -> RulePrinter.word(direction).equals(word))
        .findFirst();
  }

  private Criterion criterion(Word word, boolean shellWord) throws RuleSyntaxException {
    if (!CriterionReader.looksLike(word.text())) {
      throw strayWord(word);
    }
    return checked(word, CriterionReader.read(word, shellWord));
  }

  private Criterion checked(Word word, Criterion criterion) throws RuleSyntaxException {
    try {
      check.check(criterion);
      return criterion;
    } catch (IllegalArgumentException e) {
      throw new RuleSyntaxException(
          CriterionException.bounded(e.getMessage()), word.column(), CriterionException.hintOf(e));
    }
  }

  private static RuleSyntaxException strayWord(Word word) {
    if (direction(word.text()).isPresent()) {
      return new RuleSyntaxException(
          word.shown() + " stands in the wrong place",
          word.column(),
          "One direction, right after the action.");
    }
    List<String> known = new ArrayList<>(LIFETIMES);
    Arrays.stream(Direction.values()).map(RulePrinter::word).forEach(known::add);
    return new RuleSyntaxException(
        word.shown() + " is no criterion",
        word.column(),
        meant(word.text(), known, "Write attribute=value, for example process.exe=/usr/bin/curl."));
  }

  private Lifetime lifetime(List<Word> words, int from) throws RuleSyntaxException {
    if (from == words.size()) {
      return new Lifetime.Permanent();
    }
    Word word = words.get(from);
    boolean takesTime = word.text().equals("for") || word.text().equals("until");
    if (takesTime && from + 1 == words.size()) {
      throw new RuleSyntaxException(
          "a time must follow " + word.shown(),
          word.column(),
          "Write for example for 1h, or until 2026-12-31.");
    }
    int end = from + (takesTime ? 2 : 1);
    if (end < words.size()) {
      throw new RuleSyntaxException(
          words.get(end).shown() + " stands behind the rule's lifetime",
          words.get(end).column(),
          "The lifetime comes last, and there is only one.");
    }
    return switch (word.text()) {
      case "for" -> LifetimeText.readDuration(words.get(from + 1));
      case "until" -> LifetimeText.readMoment(words.get(from + 1), zone);
      case "once" -> new Lifetime.Once();
      case "until-restart" -> new Lifetime.UntilRestart();
      default -> new Lifetime.UntilExit();
    };
  }

  private static String meant(String wrong, List<String> words, String otherwise) {
    return NearWord.of(wrong, words).map(near -> "Did you mean " + near + "?").orElse(otherwise);
  }
}
