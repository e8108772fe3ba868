// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Objects;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.subject.Subject;

/**
 * A flow that a person made up to have it explained.
 *
 * @param flow the flow
 * @param subject who would be behind it
 */
public record Hypothesis(Flow flow, Subject subject) {

  /** Refuses null. */
  public Hypothesis {
    Objects.requireNonNull(flow, "flow");
    Objects.requireNonNull(subject, "subject");
  }
}
