// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.Optional;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;

/**
 * Orders to backends, as the settings of the moment have them.
 *
 * @param settings read at each order
 */
record Orders(SettingsFiles settings) {

  /**
   * The order that one backend of a stack is to follow.
   *
   * @param plan what each of the stack does about the policy
   * @param backend one of the stack
   * @param policy empty before the first
   * @param generation the policy's generation
   * @param shuttingDown whether the daemon is stopping
   */
  Enforcement of(
      StackPlan plan,
      String backend,
      Optional<PolicySnapshot> policy,
      int generation,
      boolean shuttingDown) {
    Settings now = settings.current();
    return new Enforcement(
        now.mode(),
        generation,
        now.failModes(),
        now.loopback(),
        Hooked.by(policy, now.defaults()),
        shuttingDown,
        plan.stack(),
        plan.program(backend));
  }

  /**
   * What verdicts rest on, whichever backends give them: two orders of the same grounds differ in
   * no verdict.
   *
   * @param revision of the policy; 0 before the first
   * @param order everything else, as an order to nobody
   */
  record Grounds(long revision, Enforcement order) {}

  /** The grounds of this moment. */
  Grounds grounds(Optional<PolicySnapshot> policy, boolean shuttingDown) {
    return new Grounds(
        policy.map(PolicySnapshot::revision).orElse(0L),
        of(StackPlan.NONE, "", policy, 1, shuttingDown));
  }
}
