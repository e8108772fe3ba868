// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.List;
import java.util.Objects;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Lifetime;

/**
 * One rule that takes part, as a planner sees it. Immutable.
 *
 * @param ruleId its id
 * @param action what it does
 * @param lifetime how long it stands
 * @param terms its criteria in the order written
 */
public record Candidate(String ruleId, Action action, Lifetime lifetime, List<Term> terms) {

  /** Refuses null and copies the list. */
  public Candidate {
    Objects.requireNonNull(ruleId, "ruleId");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(lifetime, "lifetime");
    terms = List.copyOf(terms);
  }
}
