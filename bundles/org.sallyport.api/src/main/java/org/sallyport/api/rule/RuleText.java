// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.List;
import java.util.Objects;
import org.sallyport.api.packet.Direction;

/**
 * A rule's text in parts. {@link org.sallyport.api.decision.PolicyEngine} parses and prints it so
 * that {@code parse(print(rule))} equals the rule.
 *
 * @param action what the rule does
 * @param direction which flows it is about
 * @param criteria all must hold; none means every flow of the direction
 * @param lifetime how long it stands
 */
public record RuleText(
    Action action, Direction direction, List<Criterion> criteria, Lifetime lifetime) {

  /** Refuses null and copies the list. */
  public RuleText {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(lifetime, "lifetime");
    criteria = List.copyOf(criteria);
  }
}
