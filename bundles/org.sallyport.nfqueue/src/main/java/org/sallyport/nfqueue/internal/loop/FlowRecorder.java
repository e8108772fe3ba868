// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;

/** Keeps the books of judged flows: counters, and events for people. Owned by the agent. */
final class FlowRecorder {

  private final BackendContext context;
  private final CycleClock clock;

  /**
   * Makes a recorder.
   *
   * @param context where counters are and events go
   * @param clock the cycle's time
   */
  FlowRecorder(BackendContext context, CycleClock clock) {
    this.context = context;
    this.clock = clock;
  }

  /** Counts what an answer met: its subject, unknown facts, plugins, log rules. */
  void count(Packet packet, SubjectView subject, Situation whenUnknown, Evaluation evaluation) {
    if (subject.kind() == SubjectKind.UNKNOWN) {
      context.attribution().countUnknown();
      context.failures().count(whenUnknown);
    } else if (subject.kind() == SubjectKind.PENDING) {
      context.attribution().countUnknown(); // whoever it is, the answer is the same
    } else {
      context.attribution().countExact();
    }
    if (evaluation.skippedUnknown() > 0) {
      context.failures().count(Situation.UNKNOWN_OPERAND, evaluation.skippedUnknown());
    }
    if (evaluation.pluginErrors() > 0) {
      context.failures().count(Situation.PLUGIN_ERROR, evaluation.pluginErrors());
    }
    for (int i = 0; i < evaluation.logCount(); i++) {
      evaluation.logCounter(i).hit(packet.packetLength(), clock.nowMs());
    }
  }

  /** Hands over an event about an answer; where there is no room it is lost and counted. */
  void tell(
      Packet packet, SubjectView subject, Decision decision, Mode mode, Evaluation evaluation) {
    List<String> logRules = new ArrayList<>(evaluation.logCount());
    for (int i = 0; i < evaluation.logCount(); i++) {
      logRules.add(evaluation.logRuleId(i));
    }
    Instant at = Instant.ofEpochMilli(clock.nowMs());
    Fact<Executable> unused = subject.executable(); // people want to know the program, asked or not
    context.record(new FlowEvent(at, packet.toFlow(), subject.seen(), decision, mode, logRules));
  }
}
