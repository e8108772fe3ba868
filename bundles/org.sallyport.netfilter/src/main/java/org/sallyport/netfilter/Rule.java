// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tests and what to do when all of them hold.
 *
 * @param matches the tests; none means every packet
 * @param target what to do
 * @param comment shown in listings: 1 to 200 of letters, digits, blanks inside and {@code . , : = _
 *     / + -}
 * @param families where the rule stands; a test that only one family knows narrows it
 */
public record Rule(
    List<Match> matches, Target target, Optional<String> comment, Set<Family> families) {

  private static final Pattern COMMENT =
      Pattern.compile("[A-Za-z0-9.,:=_/+][A-Za-z0-9 .,:=_/+-]{0,199}(?<! )");

  /** Copies, narrows the families, and checks that the parts go together. */
  public Rule {
    matches = List.copyOf(matches);
    Objects.requireNonNull(target, "target");
    if (comment.isPresent() && !COMMENT.matcher(comment.get()).matches()) {
      throw new IllegalArgumentException(
          "a comment has 1 to 200 letters, digits, inner blanks and . , : = _ / + -");
    }
    EnumSet<Family> common = EnumSet.noneOf(Family.class);
    common.addAll(families);
    matches.forEach(match -> common.retainAll(match.families()));
    if (common.isEmpty()) {
      throw new IllegalArgumentException("no family knows all tests of the rule: " + matches);
    }
    families = Collections.unmodifiableSet(common);
    RuleText.checkProtocols(matches, target);
  }

  /**
   * A rule without comment for both families.
   *
   * @param target what to do
   * @param matches the tests
   * @return the rule
   */
  public static Rule of(Target target, Match... matches) {
    return new Rule(List.of(matches), target, Optional.empty(), EnumSet.allOf(Family.class));
  }

  /**
   * The same rule with a comment.
   *
   * @param text see {@link #comment()}
   * @return the commented rule
   */
  public Rule commented(String text) {
    return new Rule(matches, target, Optional.of(text), families);
  }

  /**
   * The same rule for one family.
   *
   * @param family the only family
   * @return the narrowed rule
   */
  public Rule only(Family family) {
    return new Rule(matches, target, comment, EnumSet.of(family));
  }

  /**
   * The rule as {@code iptables-save} prints it, without {@code -A} and chain.
   *
   * @param family one of {@link #families()}
   * @return one line
   */
  public String text(Family family) {
    return RuleText.print(this, family);
  }
}
