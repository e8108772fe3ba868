// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.List;
import java.util.Objects;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.subject.Subject;

/**
 * The ordered evaluation of one flow.
 *
 * @param flow the flow
 * @param subject who is behind it
 * @param steps one per rule asked, in order, up to the one that decided
 * @param decision the outcome
 */
public record Explanation(Flow flow, Subject subject, List<RuleStep> steps, Decision decision) {

  /** Refuses null and copies the list. */
  public Explanation {
    Objects.requireNonNull(flow, "flow");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(decision, "decision");
    steps = List.copyOf(steps);
  }

  /**
   * How one rule answered.
   *
   * @param ruleId the rule's id
   * @param text its canonical text
   * @param result the AND of its criteria
   * @param applied whether it decided (or, for {@code log}, recorded)
   * @param reason why it applied or not, for a person
   * @param criteria one per criterion, in the order written; those not needed any more are left out
   */
  public record RuleStep(
      String ruleId,
      String text,
      Truth result,
      boolean applied,
      String reason,
      List<CriterionStep> criteria) {

    /** Refuses null and copies the list. */
    public RuleStep {
      Objects.requireNonNull(ruleId, "ruleId");
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(result, "result");
      Objects.requireNonNull(reason, "reason");
      criteria = List.copyOf(criteria);
    }
  }

  /**
   * How one criterion answered.
   *
   * @param criterion its text
   * @param result its truth value
   * @param actual the flow's own value and where it was learnt from, or why there is none
   */
  public record CriterionStep(String criterion, Truth result, String actual) {

    /** Refuses null. */
    public CriterionStep {
      Objects.requireNonNull(criterion, "criterion");
      Objects.requireNonNull(result, "result");
      Objects.requireNonNull(actual, "actual");
    }
  }
}
