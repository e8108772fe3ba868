// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.SubjectView;

/**
 * A compiled criterion. Immutable and thread-safe; keeps neither argument. A plugin's is called on
 * worker threads only, the packet held meanwhile: it should answer within milliseconds, and counts
 * as faulty if it throws, answers null or takes longer than half a second.
 */
@ConsumerType
@FunctionalInterface
public interface Matcher {

  /**
   * Tests one flow. A fact that is absent never matches, also where the criterion is negated.
   *
   * @param flow the flow; borrowed
   * @param subject who is behind it; borrowed
   * @return whether the criterion holds
   */
  Truth test(FlowView flow, SubjectView subject);

  /**
   * What the answer is a function of. Asked once, when the policy is compiled.
   *
   * @return the read-set; unless a matcher says otherwise its answers are never kept
   */
  default ReadSet reads() {
    return ReadSet.ANYTHING;
  }
}
