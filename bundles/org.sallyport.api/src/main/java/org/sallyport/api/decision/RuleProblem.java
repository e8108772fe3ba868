// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Objects;
import org.sallyport.api.rule.Origin;

/**
 * What is wrong with one rule.
 *
 * @param kind what sort of problem it is
 * @param ruleId the rule's id
 * @param origin where it is written
 * @param message what is wrong, with the word it is about
 * @param hint what to do; may be empty
 */
public record RuleProblem(Kind kind, String ruleId, Origin origin, String message, String hint) {

  /** What sort of problem it is, which decides a command's exit status. */
  public enum Kind {
    /** The text or a value in it makes no sense: exit status 2. */
    TEXT,
    /** The text is understood, but such a rule is not accepted: exit status 1. */
    REFUSED
  }

  /** Refuses null. */
  public RuleProblem {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(ruleId, "ruleId");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(hint, "hint");
  }
}
