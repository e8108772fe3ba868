// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.Optional;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

/**
 * Asks the policy of this cycle, remembers what it said, and answers the packet that {@link
 * Verdicts} has open. {@link #decide} and {@link #accept} leave no trace, so a provisional decision
 * can be thrown away; {@link #conclude} is for decisions that stand. Owned by the agent.
 */
final class Judge {

  /**
   * How long a decision about a socket is good: a program may change behind its socket, and a
   * refused one may be allowed to try again some time.
   */
  static final long KNOWN_FOR_NS = 5_000_000_000L;

  /** How long all flows of a socket are refused unseen: people see one of them a second. */
  static final long REFUSED_FOR_NS = 1_000_000_000L;

  private final BackendContext context;
  private final CycleClock clock;
  private final AgentFigures figures;
  private final FlowCache known;
  private final Flooders flooders = new Flooders();
  private final Verdicts verdicts;
  private final FlowRecorder recorder;
  private final FailDecisions fails = new FailDecisions();
  private final Evaluation own = new Evaluation();
  private Evaluation evaluation = own;

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
    this.recorder = new FlowRecorder(context, clock);
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

  /** Whether packets wait for the first policy, as far as the fail modes say. */
  boolean holdsWithoutPolicy() {
    return !isObserving() && fails.choice(Situation.NO_POLICY) == Choice.HOLD;
  }

  /** The revision of this cycle's policy, 0 without one. */
  long revision() {
    return revision;
  }

  /**
   * Answers from what was decided about this flow of this very socket in this revision. What opens
   * a TCP connection is never let go by that, only refused again; whatever has no ports to tell
   * flows apart is always judged afresh, and so is what may have been sent elsewhere.
   *
   * @return whether the packet has its verdict
   */
  boolean recall(Packet packet, long socket) throws IOException {
    if (socket == SubjectLookup.NO_SOCKET
        || !packet.hasPorts()
        || !(knowsFlow(packet, socket) || knowsSocket(packet, socket))) {
      return false;
    }
    figures.count(AgentFigure.KNOWN);
    give(known.decision(), packet.packetLength());
    return true;
  }

  private boolean knowsFlow(Packet packet, long socket) {
    return packet.knowsRemote()
        && known.seek(packet, socket, revision, clock.nowNs())
        && known.isGood(clock.nowNs())
        && !(packet.opensTcp() && known.decision().verdict() == Verdict.ALLOW);
  }

  /** Whether some program is refused unseen now, so that {@link #isFlood} is worth asking. */
  boolean refusesUnseen() {
    return !isObserving() && flooders.any(clock.nowNs());
  }

  /**
   * Whether a flow is refused unseen, because a program floods that seems to have sent it.
   *
   * @param packet a packet of a flow that is not known
   * @param holder who seems to have sent it, as {@link SubjectLookup#holderOf} says
   * @return whether {@link #refusalOfFlood} may be asked
   */
  boolean isFlood(Packet packet, long holder) {
    return holder != SubjectLookup.NO_HOLDER
        && flooders.holds(packet, holder, revision, clock.nowNs());
  }

  /** How the flow that {@link #isFlood} was asked about is refused. */
  Decision refusalOfFlood() {
    return flooders.decision();
  }

  /** Refuses the open packet unseen; ask {@link #isFlood} first. */
  void refuseFlood(Packet packet) throws IOException {
    figures.count(AgentFigure.UNSEEN);
    give(refusalOfFlood(), packet.packetLength());
  }

  /** Only refusals are known so: one refused socket must not keep the agent busy. */
  private boolean knowsSocket(Packet packet, long socket) {
    return known.seekSocket(packet, socket, revision, clock.nowNs()) && known.isGood(clock.nowNs());
  }

  /**
   * Asks the policy; packets of unknown senders may have a fail mode of their own. Ask only if
   * {@link #hasPolicy}.
   *
   * @param packet a packet of the flow
   * @param subject who is behind it
   * @param whenUnknown why the subject would be unknown
   */
  Decision decide(Packet packet, SubjectView subject, Situation whenUnknown) {
    evaluation = own;
    own.reset();
    if (subject.kind() == SubjectKind.UNKNOWN && fails.lets(whenUnknown)) {
      return fails.of(whenUnknown);
    }
    snapshot.orElseThrow().decide(packet, subject, own);
    return own.decision();
  }

  /**
   * Takes what a worker was told by the policy of this cycle, as {@link #decide}.
   *
   * @param answered what it was told; not used by the worker any more
   * @param subject who is behind the flow
   * @param whenUnknown why the subject would be unknown
   */
  Decision accept(Evaluation answered, SubjectView subject, Situation whenUnknown) {
    if (subject.kind() == SubjectKind.UNKNOWN && fails.lets(whenUnknown)) {
      own.reset();
      evaluation = own;
      return fails.of(whenUnknown);
    }
    evaluation = answered;
    return answered.decision();
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
    recorder.count(packet, subject, whenUnknown, evaluation);
    boolean told =
        known.seek(packet, socket, revision, clock.nowNs()) && known.decision().equals(decision);
    if (!isProvisional()) {
      known.keep(decision, clock.nowNs(), packet.knowsRemote() ? goodForNs() : 0);
    }
    if (isRefusalWherever(packet, decision)) {
      refuseWherever(packet, socket, subject, decision);
    }
    if (!told) {
      recorder.tell(packet, subject, decision, mode, evaluation);
    }
  }

  /** Of the socket for a second; of the program, should it go on like that with others. */
  private void refuseWherever(Packet packet, long socket, SubjectView subject, Decision decision) {
    if (socket != SubjectLookup.NO_SOCKET && !evaluation.restsOnUnknown()) {
      known.seekSocket(packet, socket, revision, clock.nowNs());
      known.keep(decision, clock.nowNs(), REFUSED_FOR_NS);
    }
    long holder = holderOf(socket, subject);
    if (holder != SubjectLookup.NO_HOLDER && packet.direction() == Direction.OUT) {
      flooders.refused(packet, holder, decision, clock.nowNs());
    }
  }

  private long holderOf(long socket, SubjectView subject) {
    if (subject.kind() == SubjectKind.UNKNOWN && socket == SubjectLookup.NO_SOCKET) {
      return SubjectLookup.CLOSED;
    }
    return !evaluation.restsOnUnknown() && subject.process() instanceof Fact.Known<ProcessId> known
        ? SubjectLookup.holder(known.value())
        : SubjectLookup.NO_HOLDER;
  }

  /** People are to see what log rules record, flow by flow. */
  private boolean isRefusalWherever(Packet packet, Decision decision) {
    return decision.verdict() != Verdict.ALLOW
        && packet.hasPorts()
        && evaluation.isForWholeSocket()
        && !isProvisional()
        && evaluation.volatility() != Volatility.VOLATILE
        && evaluation.logCount() == 0;
  }

  /** What may be different at the next packet is kept only so that people are told once. */
  private long goodForNs() {
    if (evaluation.restsOnUnknown()) {
      return REFUSED_FOR_NS; // what is missing may be known soon; a flood is answered all the same
    }
    return evaluation.volatility() == Volatility.VOLATILE ? 0 : KNOWN_FOR_NS;
  }

  /** The situation's choice for packets, not counted. */
  Decision choiceOf(Situation situation) {
    return fails.of(situation);
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

  /** Counts a situation that has no say in what happens to packets. */
  void count(Situation situation) {
    context.failures().count(situation);
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
