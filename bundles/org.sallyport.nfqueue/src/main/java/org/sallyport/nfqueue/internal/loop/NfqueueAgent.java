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
 * Judges the packets of one queue. {@link #doWork} is one cycle and reads as a table of contents;
 * {@link #judge} is the way of one packet, top to bottom. One thread makes the agent, runs it and
 * closes it. No lock, no log; no garbage for a flow that is known.
 *
 * <p>Whatever a line of the way throws, its packet gets the choice of {@code plugin-error}
 * (dropped, unless people said otherwise), the error is counted and kept for another thread's log,
 * and the next packet is judged. Only the loss of the queue itself ends the agent.
 */
public final class NfqueueAgent implements AutoCloseable {

  private static final long HOUSEKEEPING_NS = 1_000_000_000L;
  private static final long MAX_WAIT_NS = 250_000_000L;

  private final PacketQueue queue;
  private final BackendContext context;
  private final MarkLayout marks;
  private final AgentOrders orders;
  private final AgentFigures figures;
  private final DistinctErrors errors;
  private final CycleClock clock;

  private final InterfaceNames interfaces = new InterfaceNames(SystemInterfaces::nameOf);
  private final NetlinkMessages messages = new NetlinkMessages();
  private final QueuedPacket packet = new QueuedPacket(interfaces);
  private final SnapshotReader policy;
  private final SubjectFinder subjects;
  private final Verdicts verdicts;
  private final Judge judge;
  private final HeldFlows held;

  private Enforcement order;
  private long lostBefore;
  private long houseKeptNs;

  /**
   * Makes an agent on the thread that will run it.
   *
   * @param queue its queue; closed by whoever opened it
   * @param context the bridges to the control plane
   * @param settings its bounds
   * @param orders what it is to follow, from the first cycle on
   * @param report its counters and errors
   * @param clock its time
   */
  public NfqueueAgent(
      PacketQueue queue,
      BackendContext context,
      AgentSettings settings,
      AgentOrders orders,
      AgentReport report,
      CycleClock clock) {
    this.queue = queue;
    this.context = context;
    this.marks = context.marks();
    this.orders = orders;
    this.figures = report.figures();
    this.errors = report.errors();
    this.clock = clock;
    order = orders.first();
    houseKeptNs = clock.nowNs();
    policy = context.reader("nfqueue " + context.queueNumber());
    subjects = new SubjectFinder(context::subjects, errors);
    verdicts = new Verdicts(queue, context.queueNumber(), marks);
    judge = new Judge(context, clock, figures, new FlowCache(settings.cacheSets()), verdicts);
    AttributionDesk desk =
        new AttributionDesk(settings.workers(), context::subjects, errors, queue::wake);
    held = new HeldFlows(settings, clock, report, verdicts, judge, desk);
  }

  /**
   * One cycle.
   *
   * @return how many datagrams were received
   * @throws IOException if the queue is lost
   */
  int doWork() throws IOException {
    clock.tick();
    obeyOrders();
    int datagrams = queue.receive();
    takeUpPolicy();
    try {
      judgeReceived(datagrams);
      held.judgeAnswered();
      held.judgeOverdue();
      verdicts.flush();
    } finally {
      policy.end();
    }
    keepHouse();
    rest(datagrams);
    return datagrams;
  }

  private void obeyOrders() {
    order = orders.latest(order);
  }

  /** After receiving: what was queued behind a change of the policy is judged by the new one. */
  private void takeUpPolicy() {
    judge.begin(order, policy.begin());
    subjects.refresh(clock.nowNs());
  }

  private void judgeReceived(int datagrams) throws IOException {
    for (int i = 0; i < datagrams; i++) {
      messages.wrap(queue.datagram(i), 0, queue.length(i));
      while (messages.next()) {
        takeMessage();
      }
      if (messages.fault() != NetlinkFault.NONE) {
        countUnanswerable();
      }
    }
  }

  /** The gate: only what can be read and answered goes the way of a packet. */
  private void takeMessage() throws IOException {
    if (messages.type() != NfqPacket.TYPE) {
      countRefusalOfKernel();
      return;
    }
    figures.count(AgentFigure.QUEUED);
    PacketFault fault = packet.read(messages);
    if (fault == PacketFault.UNANSWERABLE) {
      countUnanswerable();
      return;
    }
    verdicts.open(packet.id(), packet.mark());
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
    if (cameBack() || lacksPolicy()) {
      return;
    }
    long socket = subjects.socketOf(packet);
    if (judge.recall(packet, socket) || held.join(packet, socket)) {
      return;
    }
    SubjectView subject = subjects.findNow(packet);
    if (subject.kind() == SubjectKind.PENDING) {
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
    if ((packet.mark() & marks.refused()) == 0) {
      return false;
    }
    figures.count(AgentFigure.CAME_BACK);
    judge.drop();
    return true;
  }

  /** Until the first policy is there, the kernel's own retries are what holds a flow. */
  private boolean lacksPolicy() throws IOException {
    if (judge.hasPolicy()) {
      return false;
    }
    judge.fail(Situation.NO_POLICY);
    return true;
  }

  private void keepHouse() {
    if (clock.nowNs() - houseKeptNs < HOUSEKEEPING_NS) {
      return;
    }
    houseKeptNs = clock.nowNs();
    long lost = queue.lost();
    context.failures().count(Situation.QUEUE_FULL, Math.max(0, lost - lostBefore));
    lostBefore = lost;
    interfaces.forget();
  }

  private void rest(int datagrams) throws IOException {
    if (datagrams == 0) {
      queue.await(held.sleepNs(MAX_WAIT_NS));
    }
  }

  /** Ends the workers and lets go of policy and sources; the queue stays open. */
  @Override
  public void close() {
    held.close();
    subjects.close();
    policy.close();
  }
}
