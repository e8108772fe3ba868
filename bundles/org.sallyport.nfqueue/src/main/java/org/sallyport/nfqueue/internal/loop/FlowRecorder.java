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
  private final Evaluation evaluation;

  /**
   * Makes a recorder.
   *
   * @param context where counters are and events go
   * @param clock the cycle's time
   * @param evaluation where the judge has the policy's last answer written
   */
  FlowRecorder(BackendContext context, CycleClock clock, Evaluation evaluation) {
    this.context = context;
    this.clock = clock;
    this.evaluation = evaluation;
  }

  /** Counts what the last answer met: its subject, unknown facts, log rules. */
  void count(Packet packet, SubjectView subject, Situation whenUnknown) {
    if (subject.kind() == SubjectKind.UNKNOWN) {
      context.attribution().countUnknown();
      context.failures().count(whenUnknown);
    } else {
      context.attribution().countExact();
    }
    if (evaluation.skippedUnknown() > 0) {
      context.failures().count(Situation.UNKNOWN_OPERAND, evaluation.skippedUnknown());
    }
    for (int i = 0; i < evaluation.logCount(); i++) {
      evaluation.logCounter(i).hit(packet.packetLength(), clock.nowMs());
    }
  }

  /** Hands over an event about the last answer; where there is no room it is lost and counted. */
  void tell(Packet packet, SubjectView subject, Decision decision, Mode mode) {
    List<String> logRules = new ArrayList<>(evaluation.logCount());
    for (int i = 0; i < evaluation.logCount(); i++) {
      logRules.add(evaluation.logRuleId(i));
    }
    Instant at = Instant.ofEpochMilli(clock.nowMs());
    Fact<Executable> unused = subject.executable(); // people want to know the program, asked or not
    context.record(new FlowEvent(at, packet.toFlow(), subject.seen(), decision, mode, logRules));
  }
}
