// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.util.Map;
import java.util.Set;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.packet.Direction;

/** What the active backends can hold of a policy. Confined to the control thread. */
public interface Holding {

  /**
   * The directions they judge.
   *
   * @return at least one
   */
  Set<Direction> directions();

  /**
   * The rules of a policy that none of them can hold.
   *
   * @param policy the policy
   * @return why, a sentence each, by rule id
   */
  Map<String, String> refusals(PolicySnapshot policy);
}
