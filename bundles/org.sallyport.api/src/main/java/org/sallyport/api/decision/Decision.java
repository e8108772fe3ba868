// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Objects;
import java.util.Optional;

/**
 * A verdict and why. A snapshot makes each of its decisions once, so comparing by identity is
 * enough within one revision.
 *
 * @param verdict what happens to the packet
 * @param ruleId the rule that decided, or empty where a default or a fail mode did
 * @param reason one sentence for a person
 * @param revision the policy's revision
 * @param counter the rule's counter, or a counter shared by all decisions without a rule
 */
public record Decision(
    Verdict verdict, Optional<String> ruleId, String reason, long revision, RuleCounter counter) {

  /** Refuses null. */
  public Decision {
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(ruleId, "ruleId");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(counter, "counter");
  }
}
