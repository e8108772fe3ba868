// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;

/**
 * Which directions have to be judged: what leaves always, the others only once a rule or a default
 * says something about them.
 */
final class Hooked {

  private Hooked() {}

  /** The directions that a policy speaks of. */
  static Set<Direction> by(Optional<PolicySnapshot> policy, Map<Direction, Verdict> defaults) {
    Set<Direction> hooked = EnumSet.of(Direction.OUT);
    defaults.forEach(
        (direction, verdict) -> {
          if (verdict != Verdict.ALLOW) {
            hooked.add(direction);
          }
        });
    policy.ifPresent(
        snapshot ->
            snapshot.rules().stream()
                .filter(rule -> rule.definition().enabled())
                .map(CompiledRule::rule)
                .forEach(rule -> hooked.add(rule.direction())));
    return hooked;
  }
}
