// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.Optional;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

/**
 * Asks the policy of this cycle, remembers what it said, and answers the packet that {@link
 * Verdicts} has open. {@link #decide} leaves no trace, so a provisional decision can be thrown
 * away; {@link #conclude} is for decisions that stand. Owned by the agent.
 */
final class Judge {

  /** How long a decision about a socket is good: a program may change behind its socket. */
  static final long KNOWN_FOR_NS = 5_000_000_000L;

  private final BackendContext context;
  private final CycleClock clock;
  private final AgentFigures figures;
  private final FlowCache known;
  private final Verdicts verdicts;
  private final FlowRecorder recorder;
  private final FailDecisions fails = new FailDecisions();
  private final Evaluation evaluation = new Evaluation();

  private Optional<PolicySnapshot> snapshot = Optional.empty();
  private Mode mode = Mode.ENFORCE;
  private long revision;

  Judge(
      BackendContext context,
      CycleClock clock,
      AgentFigures figures,
      FlowCache known,
      Verdicts verdicts) {
    this.context = context;
    this.clock = clock;
    this.figures = figures;
    this.known = known;
    this.verdicts = verdicts;
    this.recorder = new FlowRecorder(context, clock, evaluation);
  }

  /** Starts a cycle: under this order, by this policy. */
  void begin(Enforcement order, Optional<PolicySnapshot> policy) {
    snapshot = policy;
    revision = policy.isPresent() ? policy.get().revision() : 0;
    mode = order.mode();
    fails.follow(order.failModes(), revision);
    verdicts.bind(mode == Mode.ENFORCE);
  }

  /** Whether refusals do not bind. */
  boolean isObserving() {
    return mode == Mode.OBSERVE;
  }

  /** Whether a policy was ever published. */
  boolean hasPolicy() {
    return snapshot.isPresent();
  }

  /**
   * Answers from what was decided about this flow of this very socket in this revision. What opens
   * a TCP connection is always judged afresh, and so is whatever has no ports to tell flows apart.
   *
   * @return whether the packet has its verdict
   */
  boolean recall(Packet packet, long socket) throws IOException {
    if (socket == SubjectLookup.NO_SOCKET
        || !packet.hasPorts()
        || packet.opensTcp()
        || !known.seek(packet, socket, revision, clock.nowNs())
        || clock.nowNs() - known.judgedNs() > KNOWN_FOR_NS) {
      return false;
    }
    figures.count(AgentFigure.KNOWN);
    give(known.decision(), packet.packetLength());
    return true;
  }

  /**
   * Asks the policy; packets of unknown senders may have a fail mode of their own. Ask only if
   * {@link #hasPolicy}.
   *
   * @param packet a packet of the flow
   * @param subject who is behind it; not pending
   * @param whenUnknown why the subject would be unknown
   */
  Decision decide(Packet packet, SubjectView subject, Situation whenUnknown) {
    evaluation.reset();
    if (subject.kind() == SubjectKind.UNKNOWN && fails.lets(whenUnknown)) {
      return fails.of(whenUnknown);
    }
    snapshot.orElseThrow().decide(packet, subject, evaluation);
    return evaluation.decision();
  }

  /** Whether a fact on its way may change the last decision. */
  boolean isProvisional() {
    return evaluation.pending();
  }

  /**
   * Lets the last decision stand: it is counted, remembered for the flow's next packets, and told
   * to people once per flow and revision.
   *
   * @param packet what was decided about
   * @param socket who sent it
   * @param subject as given to {@link #decide}
   * @param decision what {@link #decide} said
   * @param whenUnknown as given to {@link #decide}
   */
  void conclude(
      Packet packet, long socket, SubjectView subject, Decision decision, Situation whenUnknown) {
    figures.count(AgentFigure.JUDGED);
    recorder.count(packet, subject, whenUnknown);
    boolean told =
        known.seek(packet, socket, revision, clock.nowNs()) && known.decision().equals(decision);
    if (!isProvisional()) {
      known.keep(decision, clock.nowNs());
    }
    if (!told) {
      recorder.tell(packet, subject, decision, mode);
    }
  }

  /** Answers the open packet. */
  void give(Decision decision, long length) throws IOException {
    decision.counter().hit(length, clock.nowMs());
    verdicts.give(decision.verdict());
  }

  /** Counts a situation and answers the open packet by its choice. */
  void fail(Situation situation) throws IOException {
    verdicts.give(failing(situation).verdict());
  }

  /** Counts a situation and says what its choice does to packets. */
  Decision failing(Situation situation) {
    context.failures().count(situation);
    return fails.of(situation);
  }

  /** Refuses the open packet silently, whatever the policy says. */
  void drop() throws IOException {
    verdicts.give(Verdict.DENY);
  }
}
