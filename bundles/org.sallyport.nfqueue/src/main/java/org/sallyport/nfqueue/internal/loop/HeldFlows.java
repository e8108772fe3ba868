// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

/**
 * Flows that cannot be judged at once. Their packets wait in the parking queue while others pass; a
 * flow is asked about once, and all its packets are answered together, by the policy of the moment
 * of the answer. What is still on its way then is asked for again a little later. At the deadline
 * whatever is missing is unknown. Owned by the agent.
 */
final class HeldFlows implements AutoCloseable {

  private static final long OBSERVING_PATIENCE_NS = 100_000_000L;

  private final AgentSettings settings;
  private final CycleClock clock;
  private final AgentFigures figures;
  private final DistinctErrors errors;
  private final Verdicts verdicts;
  private final Judge judge;
  private final QuestionDesk desk;
  private final SubjectFinder subjects;
  private final PendingTable pending;
  private final FloodSweep floods;
  private final Retries again = new Retries();

  /** What the agent lends. */
  record Tools(
      CycleClock clock,
      AgentReport report,
      Verdicts verdicts,
      Judge judge,
      SubjectFinder subjects) {}

  HeldFlows(AgentSettings settings, Tools tools, QuestionDesk desk) {
    this.settings = settings;
    this.clock = tools.clock();
    this.figures = tools.report().figures();
    this.errors = tools.report().errors();
    this.verdicts = tools.verdicts();
    this.judge = tools.judge();
    this.subjects = tools.subjects();
    this.desk = desk;
    this.pending = new PendingTable(settings.maxHeldPackets());
    this.floods = new FloodSweep(pending, tools, this::settle);
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
    Optional<Question> asked = pending.find(FlowKey.of(packet, socket));
    if (asked.isEmpty()) {
      return false;
    }
    hold(packet, asked.get());
    return true;
  }

  /** Asks about the open packet's flow and has the packet wait for the answer. */
  void ask(QueuedPacket packet, long socket) throws IOException {
    wait(packet, socket, clock.nowNs() + patienceNs(), true);
  }

  /** Has the open packet wait for the first policy. */
  void awaitPolicy(QueuedPacket packet, long untilNs) throws IOException {
    if (!join(packet, SubjectLookup.NO_SOCKET)) {
      wait(packet, SubjectLookup.NO_SOCKET, untilNs, false);
    }
  }

  /** Only in the parking queue a packet is held; so it goes there first, if there is room. */
  private void wait(QueuedPacket packet, long socket, long deadlineNs, boolean ask)
      throws IOException {
    if (!pending.hasRoom(FlowKey.userOf(packet))) {
      judge.fail(Situation.PARKING_FULL);
    } else if (verdicts.lane() == Lane.FAST) {
      park();
    } else {
      Question question = new Question(FlowKey.of(packet, socket), packet.copy(), deadlineNs);
      pending.open(question);
      hold(packet, question);
      figures.count(AgentFigure.ASKED);
      if (ask) {
        askWorkers(question);
      }
    }
  }

  /** Has the open packet judged after those that come meanwhile. */
  void park() throws IOException {
    figures.count(AgentFigure.PARKED);
    verdicts.park();
  }

  /** Without anybody to ask the question waits; so it does if too many do already. */
  private void askWorkers(Question question) {
    if (subjects.isAway() || !desk.ask(question)) {
      again.add(question, clock.nowNs());
    }
  }

  /**
   * Observing must not slow anybody down for long, but who sends and exits is gone once it passed.
   */
  private long patienceNs() {
    return judge.isObserving()
        ? Math.min(OBSERVING_PATIENCE_NS, settings.answerTimeoutNs())
        : settings.answerTimeoutNs();
  }

  private void hold(QueuedPacket packet, Question question) throws IOException {
    if (verdicts.lane() == Lane.FAST) {
      park();
    } else if (pending.hold(
        question, new Question.Held(packet.id(), packet.mark(), packet.packetLength()))) {
      figures.count(AgentFigure.HELD);
      verdicts.hold();
    } else {
      judge.fail(Situation.PARKING_FULL);
    }
  }

  /** Answers the flows about which a worker has something final to say. */
  void judgeAnswered() throws IOException {
    while (desk.hasAnswer()) {
      Answer answer = desk.next();
      if (answer.question().isSettled()) {
        continue; // it came after the deadline
      }
      if (answer.isNobodyAsked() || !conclude(answer)) {
        again.add(answer.question(), clock.nowNs());
      }
    }
  }

  /** Whether the answer is final: no fact is on its way, and the policy is still the one asked. */
  private boolean conclude(Answer answer) throws IOException {
    Question question = answer.question();
    if (!judge.hasPolicy() || answer.ruling().isEmpty()) {
      settle(question, judge.failing(Situation.PLUGIN_ERROR));
      return true;
    }
    Optional<Evaluation> asked = answer.under(judge.revision());
    if (asked.isEmpty() && !answer.lasting()) {
      return false;
    }
    Optional<Decision> decision = decide(question, answer.subject(), asked, Situation.UNATTRIBUTED);
    if (decision.isPresent() && judge.isProvisional() && !desk.isWorn()) {
      question.keep(answer);
      return false;
    }
    settle(question, answer.subject(), decision, Situation.UNATTRIBUTED);
    return true;
  }

  /** By what a worker was told where that still holds, else by asking now. */
  private Optional<Decision> decide(
      Question question, SubjectView subject, Optional<Evaluation> asked, Situation whenUnknown) {
    try {
      return Optional.of(
          asked.isPresent()
              ? judge.accept(asked.get(), subject, whenUnknown)
              : judge.decide(question.packet(), subject, whenUnknown));
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      errors.record("a held flow could not be judged", e);
      return Optional.empty();
    }
  }

  /** Asks again what was on its way; nobody is asked while nobody is there. */
  void askAgain() {
    while (!subjects.isAway() && again.isDue(clock.nowNs())) {
      Question question = again.next();
      if (!question.isSettled()) {
        figures.count(AgentFigure.ASKED_AGAIN);
        askWorkers(question);
      }
    }
  }

  /** Answers the flows whose deadline has passed: what is missing is unknown. */
  void judgeOverdue() throws IOException {
    Optional<Question> eldest = pending.eldest();
    while (eldest.isPresent() && eldest.get().deadlineNs() - clock.nowNs() <= 0) {
      judgeLate(eldest.get());
      eldest = pending.eldest();
    }
  }

  private void judgeLate(Question late) throws IOException {
    if (!judge.hasPolicy()) {
      settle(late, judge.choiceOf(Situation.NO_POLICY)); // counted when it began to wait
      return;
    }
    SubjectView subject = bestKnown(late);
    Situation why = subjects.isAway() ? Situation.UNATTRIBUTED : Situation.ATTRIBUTION_LATE;
    Optional<Evaluation> asked = late.provisional().flatMap(a -> a.under(judge.revision()));
    Optional<Decision> decision = decide(late, subject, asked, why);
    if (subject.kind() != SubjectKind.UNKNOWN && judge.isProvisional()) {
      boolean stuck = late.provisional().isEmpty(); // in a plugin, whatever nobody asked for yet
      boolean hash = !stuck && subject.sha256() instanceof Fact.Pending;
      judge.count(hash ? Situation.ATTRIBUTION_LATE : Situation.PLUGIN_ERROR);
    }
    settle(late, subject, decision, why);
  }

  /** Whom a worker found, or would find now: it may have got stuck after that. */
  private SubjectView bestKnown(Question late) {
    Optional<SubjectView> found =
        late.provisional()
            .map(Answer::subject)
            .or(late::found)
            .or(() -> subjects.findIfKnown(late.packet()));
    return found.orElseGet(() -> UnknownSubject.of(late.packet(), "not found out in time"));
  }

  private void settle(
      Question question, SubjectView subject, Optional<Decision> decision, Situation whenUnknown)
      throws IOException {
    if (decision.isEmpty()) {
      settle(question, judge.failing(Situation.PLUGIN_ERROR));
      return;
    }
    judge.conclude(
        question.packet(), question.key().socket(), subject, decision.get(), whenUnknown);
    settle(question, decision.get());
  }

  private void settle(Question question, Decision decision) throws IOException {
    for (Question.Held held : pending.settle(question).orElse(List.of())) {
      verdicts.open(Lane.PARKING, held.id(), held.mark());
      judge.give(decision, held.length());
    }
  }

  /** Sends all that waits to the parking queue again, where it is judged anew by who comes then. */
  void giveBack() throws IOException {
    for (Question question : pending.all()) {
      for (Question.Held held : pending.settle(question).orElse(List.of())) {
        figures.count(AgentFigure.GIVEN_BACK);
        verdicts.open(Lane.PARKING, held.id(), held.mark());
        verdicts.park();
      }
    }
    again.clear();
  }

  /** What a flooding program had put aside before it was known as one holds up others' answers. */
  void refuseFloods() throws IOException {
    floods.sweep();
  }

  /** Looks after the workers; to be called a few times a second. */
  void keepHouse() {
    desk.lookAfter(clock.nowNs());
  }

  /**
   * How long the agent may sleep: until the next deadline, or the next time to ask again.
   *
   * @param mostNs the longest it wants to, nanoseconds
   */
  long sleepNs(long mostNs) {
    long sleepNs = mostNs;
    Optional<Question> eldest = pending.eldest();
    if (eldest.isPresent()) {
      sleepNs = Math.min(sleepNs, eldest.get().deadlineNs() - clock.nowNs());
    }
    if (!again.isEmpty()) {
      sleepNs =
          Math.min(sleepNs, subjects.isAway() ? Retries.PAUSE_NS : again.dueInNs(clock.nowNs()));
    }
    return Math.max(0, sleepNs);
  }

  /** Stops the workers. Packets that still wait stay in the parking queue. */
  @Override
  public void close() {
    desk.close();
  }
}
