// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.policy.Holding;

/** What the stack of the settings can hold, as far as its backends are there. */
record StackHolding(Enforcer enforcer, Parts parts, Orders orders) implements Holding {

  @Override
  public Set<Direction> directions() {
    return enforcer.directions();
  }

  /** A stack that cannot stand at all is a matter of carrying it out, not of its rules. */
  @Override
  public Map<String, String> refusals(PolicySnapshot policy) {
    List<Backend> present = ActiveBackends.present(enforcer.stack(), parts.backends());
    Map<String, String> refusals = new TreeMap<>();
    if (present.size() == enforcer.stack().size()) { // another one may be about to come back
      try {
        StackPlan plan = StackPlan.of(Optional.of(policy), present);
        plan.leftOver().forEach(left -> refusals.put(left.ruleId(), plan.refusal(left)));
        if (refusals.isEmpty()) {
          present.forEach(backend -> refusals.putAll(tooLarge(backend, plan, policy)));
        }
      } catch (BackendException e) {
        return Map.of();
      }
    }
    return refusals;
  }

  private Map<String, String> tooLarge(Backend backend, StackPlan plan, PolicySnapshot policy) {
    return backend.tooLarge(orders.of(plan, backend.name(), Optional.of(policy), 1, false));
  }
}
