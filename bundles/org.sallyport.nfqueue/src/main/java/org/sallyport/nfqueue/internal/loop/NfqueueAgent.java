// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.codec.netlink.NfqPacket;

/**
 * Judges the packets of two queues: of the one our rules lead to, and of the one where packets wait
 * that cannot be judged at once. {@link #doWork} is one cycle and reads as a table of contents;
 * {@link #judge} is the way of one packet, top to bottom. One thread makes the agent, runs it and
 * closes it. No lock, no log; no garbage for a flow that is known.
 *
 * <p>Whatever a line of the way throws, its packet gets the choice of {@code plugin-error}
 * (dropped, unless people said otherwise), the error is counted and kept for another thread's log,
 * and the next packet is judged. Only the loss of a queue itself ends the agent.
 */
public final class NfqueueAgent implements AutoCloseable {

  private static final long HOUSEKEEPING_NS = 1_000_000_000L;
  private static final long LOOK_AFTER_NS = 100_000_000L;
  private static final long MAX_WAIT_NS = 250_000_000L;

  private final PacketQueues queues;
  private final BackendContext context;
  private final AgentOrders orders;
  private final AgentFigures figures;
  private final DistinctErrors errors;
  private final Heartbeat heartbeat;
  private final CycleClock clock;

  private final InterfaceNames interfaces = new InterfaceNames(SystemInterfaces::nameOf);
  private final NetlinkMessages messages = new NetlinkMessages();
  private final Arrivals arrivals = new Arrivals();
  private final ParkingWatch watch = new ParkingWatch();
  private final QueuedPacket packet;
  private final SnapshotReader policy;
  private final SubjectFinder subjects;
  private final Verdicts verdicts;
  private final Judge judge;
  private final HeldFlows held;
  private final KnownFlows known;
  private final FloodGate floods;
  private final Losses losses;

  private Enforcement order;
  private final long holdUntilNs;
  private boolean hadPolicy;
  private long houseKeptNs;
  private long lookedAfterNs;

  /**
   * Makes an agent on the thread that will run it.
   *
   * @param queues its queues; closed by whoever opened them
   * @param context the bridges to the control plane
   * @param settings its bounds
   * @param orders what it is to follow, from the first cycle on
   * @param report its counters and errors
   * @param clock its time
   */
  public NfqueueAgent(
      PacketQueues queues,
      BackendContext context,
      AgentSettings settings,
      AgentOrders orders,
      AgentReport report,
      CycleClock clock) {
    this.queues = queues;
    this.context = context;
    this.orders = orders;
    this.figures = report.figures();
    this.errors = report.errors();
    this.heartbeat = report.heartbeat();
    this.clock = clock;
    order = orders.first();
    MarkLayout marks = context.marks();
    packet = new QueuedPacket(interfaces, marks);
    houseKeptNs = clock.nowNs();
    lookedAfterNs = clock.nowNs();
    holdUntilNs = clock.nowNs() + context.bootDeadline().toNanos();
    heartbeat.beat(clock.nowNs());
    policy = context.reader("nfqueue " + context.queueNumber());
    subjects = new SubjectFinder(context::subjects, context.swapGrace(), errors, clock.nowNs());
    verdicts = new Verdicts(queues, context.queueNumber(), marks);
    FlowCache cache = new FlowCache(settings.cacheSets());
    judge = new Judge(context, clock, figures, cache, verdicts);
    known = new KnownFlows(judge, cache, subjects, verdicts);
    losses = new Losses(queues, context.failures());
    held =
        new HeldFlows(
            settings,
            new HeldFlows.Tools(clock, report, verdicts, judge, subjects),
            new QuestionDesk(settings, context, report, queues::wake));
    floods = new FloodGate(judge, subjects, verdicts, held);
  }

  /**
   * One cycle.
   *
   * @return how many datagrams were received
   * @throws IOException if the queue is lost
   */
  int doWork() throws IOException {
    clock.tick();
    heartbeat.beat(clock.nowNs());
    order = orders.latest(order);
    int datagrams = arrivals.receive(queues.fast(), clock.nowNs());
    int parked = receiveParked();
    takeUpPolicy();
    try {
      judgeReceived(Lane.FAST, queues.fast(), datagrams);
      judgeReceived(Lane.PARKING, queues.parking(), parked);
      held.refuseFloods();
      held.judgeAnswered();
      held.askAgain();
      held.judgeOverdue();
      verdicts.flush();
    } finally {
      policy.end();
    }
    keepHouse();
    rest(datagrams + parked);
    return datagrams + parked;
  }

  private int receiveParked() throws IOException {
    if (!watch.isWorthALook(verdicts.parked())) {
      return 0;
    }
    int parked = queues.parking().receive();
    watch.saw(parked, verdicts.parked());
    return parked;
  }

  /** After receiving: what was queued behind a change of the policy is judged by the new one. */
  private void takeUpPolicy() throws IOException {
    subjects.beginProofs();
    judge.begin(order, policy.begin());
    subjects.refresh(clock.nowNs());
    if (judge.hasPolicy() && !hadPolicy) {
      hadPolicy = true;
      held.giveBack();
    }
  }

  private void judgeReceived(Lane lane, PacketQueue queue, int datagrams) throws IOException {
    for (int i = 0; i < datagrams; i++) {
      messages.wrap(queue.datagram(i), 0, queue.length(i));
      while (messages.next()) {
        takeMessage(lane);
      }
      if (messages.fault() != NetlinkFault.NONE) {
        countUnanswerable();
      }
    }
  }

  /** The gate: only what can be read and answered goes the way of a packet. */
  private void takeMessage(Lane lane) throws IOException {
    if (messages.type() != NfqPacket.TYPE) {
      countRefusalOfKernel();
      return;
    }
    if (lane == Lane.FAST) {
      figures.count(AgentFigure.QUEUED);
    }
    PacketFault fault = packet.read(messages);
    if (fault == PacketFault.UNANSWERABLE) {
      countUnanswerable();
      return;
    }
    packet.cameBy(lane, arrivals.sinceNs());
    verdicts.open(lane, packet.id(), packet.mark());
    if (fault == PacketFault.NONE) {
      judgeWhateverHappens();
    } else {
      judge.fail(Situation.PARSE_ERROR);
    }
  }

  private void countRefusalOfKernel() {
    if (messages.isError() && messages.errorNumber() != 0) {
      figures.count(AgentFigure.NOT_TAKEN);
    }
  }

  private void countUnanswerable() {
    figures.count(AgentFigure.UNANSWERABLE);
    context.failures().count(Situation.PARSE_ERROR);
  }

  private void judgeWhateverHappens() throws IOException {
    try {
      judge();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      errors.record("a packet could not be judged", e);
      if (verdicts.isOpen()) {
        judge.fail(Situation.PLUGIN_ERROR);
      }
    }
  }

  /** The way of one packet. */
  private void judge() throws IOException {
    long socket = subjects.socketOf(packet); // first: what the kernel told of it is taken now
    if (cameBack() || lacksPolicy()) {
      return;
    }
    if (known.takes(packet, socket) || floods.takes(packet, socket) || held.join(packet, socket)) {
      return;
    }
    SubjectView subject =
        verdicts.lane() == Lane.FAST ? subjects.findAtEntrance(packet) : subjects.findNow(packet);
    if (subject.kind() == SubjectKind.PENDING && !subjects.isAway()) {
      held.ask(packet, socket);
      return;
    }
    Decision decision = judge.decide(packet, subject, Situation.UNATTRIBUTED);
    if (judge.isProvisional()) {
      held.ask(packet, socket);
      return;
    }
    judge.conclude(packet, socket, subject, decision, Situation.UNATTRIBUTED);
    judge.give(decision, packet.packetLength());
  }

  /** What was refused runs into our first rule; were that gone, a second REPEAT would never end. */
  private boolean cameBack() throws IOException {
    if (!packet.wasRefused()) {
      return false;
    }
    figures.count(AgentFigure.CAME_BACK);
    judge.drop();
    return true;
  }

  /** Until the first policy is there packets wait for it, if people want that, but not for ever. */
  private boolean lacksPolicy() throws IOException {
    if (judge.hasPolicy()) {
      return false;
    }
    if (!judge.holdsWithoutPolicy() || holdUntilNs - clock.nowNs() <= 0) {
      judge.fail(Situation.NO_POLICY);
      return true;
    }
    if (verdicts.lane() == Lane.PARKING) {
      judge.count(Situation.NO_POLICY);
    }
    held.awaitPolicy(packet, holdUntilNs);
    return true;
  }

  private void keepHouse() {
    if (clock.nowNs() - lookedAfterNs >= LOOK_AFTER_NS) {
      lookedAfterNs = clock.nowNs();
      watch.lookAgain();
      held.keepHouse();
    }
    if (clock.nowNs() - houseKeptNs >= HOUSEKEEPING_NS) {
      houseKeptNs = clock.nowNs();
      losses.count();
      interfaces.forget();
    }
  }

  private void rest(int datagrams) throws IOException {
    if (datagrams == 0) {
      queues.await(held.sleepNs(MAX_WAIT_NS));
    }
  }

  /**
   * Ends the agent's work in a way that another one can go on with: nothing waits for this one any
   * more, all of it waits in the kernel.
   *
   * @throws IOException if the queues are lost
   */
  void giveBack() throws IOException {
    held.giveBack();
    verdicts.flush();
  }

  /** Ends the workers and lets go of policy and sources; the queues stay open. */
  @Override
  public void close() {
    held.close();
    subjects.close();
    policy.close();
  }
}
