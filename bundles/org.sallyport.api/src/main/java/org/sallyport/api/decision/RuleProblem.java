// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Objects;
import org.sallyport.api.rule.Origin;

/**
 * What is wrong with one rule.
 *
 * @param ruleId the rule's id
 * @param origin where it is written
 * @param message what is wrong, with the word it is about
 * @param hint what to do; may be empty
 */
public record RuleProblem(String ruleId, Origin origin, String message, String hint) {

  /** Refuses null. */
  public RuleProblem {
    Objects.requireNonNull(ruleId, "ruleId");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(hint, "hint");
  }
}
