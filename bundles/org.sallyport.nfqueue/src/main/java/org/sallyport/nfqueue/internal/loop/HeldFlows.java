// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

/**
 * Flows whose sender has to be searched for. Their packets wait in the kernel while others pass; a
 * flow is asked about once, and all its packets are answered together, by the policy of the moment
 * of the answer. An answer that does not come in time is one too. Owned by the agent.
 */
final class HeldFlows implements AutoCloseable {

  private static final long OBSERVING_PATIENCE_NS = 100_000_000L;

  private final AgentSettings settings;
  private final CycleClock clock;
  private final AgentFigures figures;
  private final DistinctErrors errors;
  private final Verdicts verdicts;
  private final Judge judge;
  private final AttributionDesk desk;
  private final PendingTable pending;

  HeldFlows(
      AgentSettings settings,
      CycleClock clock,
      AgentReport report,
      Verdicts verdicts,
      Judge judge,
      AttributionDesk desk) {
    this.settings = settings;
    this.clock = clock;
    this.figures = report.figures();
    this.errors = report.errors();
    this.verdicts = verdicts;
    this.judge = judge;
    this.desk = desk;
    this.pending = new PendingTable(settings.maxHeldPackets());
  }

  /**
   * Has the open packet wait if its flow was asked about already.
   *
   * @return whether that is so
   */
  boolean join(QueuedPacket packet, long socket) throws IOException {
    if (pending.questions() == 0) {
      return false;
    }
    Optional<Question> asked = pending.find(keyOf(packet, socket));
    if (asked.isEmpty()) {
      return false;
    }
    hold(packet, asked.get());
    return true;
  }

  /** Asks about the open packet's flow and has the packet wait for the answer. */
  void ask(QueuedPacket packet, long socket) throws IOException {
    long deadlineNs = clock.nowNs() + patienceNs();
    Question question = new Question(keyOf(packet, socket), packet.copy(), deadlineNs);
    if (!pending.hasRoom() || !desk.ask(question)) {
      judge.fail(Situation.PARKING_FULL);
      return;
    }
    figures.count(AgentFigure.ASKED);
    pending.open(question);
    hold(packet, question);
  }

  /**
   * Observing must not slow anybody down for long, but who sends and exits is gone once it passed.
   */
  private long patienceNs() {
    return judge.isObserving()
        ? Math.min(OBSERVING_PATIENCE_NS, settings.answerTimeoutNs())
        : settings.answerTimeoutNs();
  }

  /** Packets share an answer only where the socket proves that they share their sender. */
  private static FlowKey keyOf(QueuedPacket packet, long socket) {
    boolean alone = socket == SubjectLookup.NO_SOCKET || !packet.hasPorts();
    long only = alone ? 1 + Integer.toUnsignedLong(packet.id()) : 0;
    return new FlowKey(packet.toFlow(), packet.interfaceIndex(), socket, only);
  }

  private void hold(QueuedPacket packet, Question question) throws IOException {
    if (pending.hold(
        question, new Question.Held(packet.id(), packet.mark(), packet.packetLength()))) {
      figures.count(AgentFigure.HELD);
      verdicts.hold();
    } else {
      judge.fail(Situation.PARKING_FULL);
    }
  }

  /** Answers the flows whose sender was found, or is known not to be found. */
  void judgeAnswered() throws IOException {
    while (desk.hasAnswer()) {
      AttributionDesk.Answer answer = desk.next();
      settle(answer.question(), answer.subject(), Situation.UNATTRIBUTED);
    }
  }

  /** Answers the flows whose deadline has passed: their sender is unknown. */
  void judgeOverdue() throws IOException {
    Optional<Question> eldest = pending.eldest();
    while (eldest.isPresent() && eldest.get().deadlineNs() - clock.nowNs() <= 0) {
      Question late = eldest.get();
      SubjectView nobody = UnknownSubject.of(late.packet(), "not found out in time");
      settle(late, nobody, Situation.ATTRIBUTION_LATE);
      eldest = pending.eldest();
    }
  }

  private void settle(Question question, SubjectView subject, Situation whenUnknown)
      throws IOException {
    Optional<List<Question.Held>> waiting = pending.settle(question);
    if (waiting.isEmpty()) {
      return; // the answer came after the deadline
    }
    Decision decision = decide(question, subject, whenUnknown);
    for (Question.Held held : waiting.get()) {
      verdicts.open(held.id(), held.mark());
      judge.give(decision, held.length());
    }
  }

  private Decision decide(Question question, SubjectView subject, Situation whenUnknown) {
    if (!judge.hasPolicy()) {
      return judge.failing(Situation.NO_POLICY);
    }
    try {
      PacketCopy asked = question.packet();
      Decision decision = judge.decide(asked, subject, whenUnknown);
      judge.conclude(asked, question.key().socket(), subject, decision, whenUnknown);
      return decision;
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      errors.record("a held flow could not be judged", e);
      return judge.failing(Situation.PLUGIN_ERROR);
    }
  }

  /**
   * How long the agent may sleep: until the next deadline.
   *
   * @param mostNs the longest it wants to, nanoseconds
   */
  long sleepNs(long mostNs) {
    Optional<Question> eldest = pending.eldest();
    return eldest.isEmpty()
        ? mostNs
        : Math.max(0, Math.min(mostNs, eldest.get().deadlineNs() - clock.nowNs()));
  }

  /** Stops the workers. Packets that still wait are dropped by the kernel with the queue. */
  @Override
  public void close() {
    desk.close();
  }
}
