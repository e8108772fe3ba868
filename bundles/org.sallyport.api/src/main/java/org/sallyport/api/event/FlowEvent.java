// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.event;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.subject.Subject;

/**
 * One flow was judged.
 *
 * @param at when
 * @param flow the flow
 * @param subject who is behind it, as far as the decision needed to know
 * @param decision the verdict and why
 * @param mode whether the verdict binds
 * @param logRules the ids of log rules that matched, in order
 */
public record FlowEvent(
    Instant at, Flow flow, Subject subject, Decision decision, Mode mode, List<String> logRules) {

  /** Refuses null and copies the list. */
  public FlowEvent {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(flow, "flow");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(decision, "decision");
    Objects.requireNonNull(mode, "mode");
    logRules = List.copyOf(logRules);
  }
}
