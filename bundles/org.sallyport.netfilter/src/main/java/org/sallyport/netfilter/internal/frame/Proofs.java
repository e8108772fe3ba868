// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import static org.sallyport.netfilter.Match.not;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.CtDirection;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.MarkBits;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Section;

/** How packets of one direction get the mark that proves them. */
final class Proofs {

  private final ChainOrder order;
  private final Direction direction;
  private final ProofMarks marks;
  private final Target prove;

  Proofs(ChainOrder order, Direction direction) {
    this.order = order;
    this.direction = direction;
    this.marks = ProofMarks.of(order);
    this.prove = new Target.SetMark(marks.proof(direction));
  }

  /** The proof of a packet that is allowed now, the mark itself first. */
  List<Rule> given() {
    List<Rule> rules = new ArrayList<>(List.of(Rule.of(prove)));
    otherEndOfLoopback().ifPresent(rules::add);
    return rules;
  }

  /** The proof of flows that run already. */
  List<Rule> ofRunning() {
    List<Rule> rules = new ArrayList<>(ofRunningConnections());
    if (direction == Direction.OUT && order.mode() == Mode.ENFORCE) {
      order
          .queue()
          .flatMap(Section.Queue::proof)
          .ifPresent(pin -> rules.add(ofSenders(pin, prove)));
    }
    if (direction == Direction.FORWARD) {
      rules.add(otherThanTcp());
    }
    return rules;
  }

  /** As {@link #ofRunning}, of TCP alone. */
  List<Rule> ofRunningConnections() {
    Rule connections = established(marks.proof(direction));
    return order.judgesLoopbackTwice() && direction != Direction.FORWARD
        ? List.of(established(marks.proofOfBothEnds()), connections)
        : List.of(connections);
  }

  /**
   * A connection that was allowed in this generation goes on by itself. What opens one does not:
   * the kernel's record of a connection outlives its program, and the next one may be another. The
   * packet's mark is what the connection's will be, so it is set to what was found there.
   */
  private static Rule established(MarkBits proof) {
    return Rule.of(
        new Target.SetMark(proof),
        new Match.OfProtocol(Protocol.TCP),
        not(new Match.TcpSyn()),
        new Match.ConnMark(proof),
        new Match.CtStates(EnumSet.of(CtState.ESTABLISHED)),
        new Match.CtWay(CtDirection.ORIGINAL));
  }

  /**
   * Flows of other protocols have no opening packet to tell senders apart, so all their packets are
   * queued; but for those routed through, since a verdict on them rests on no program.
   */
  private Rule otherThanTcp() {
    return Rule.of(
        prove,
        not(new Match.OfProtocol(Protocol.TCP)),
        new Match.ConnMark(marks.proof(direction)),
        new Match.CtWay(CtDirection.ORIGINAL));
  }

  /**
   * Datagrams of a sender that was proven to be allowed: this process, by this socket, to this
   * address. Not where the address it asked for was rewritten, for which nobody was asked, and not
   * within this host, where the mark has to speak of two ends.
   */
  private static Rule ofSenders(String pin, Target prove) {
    return Rule.of(
            prove,
            new Match.OfProtocol(Protocol.UDP),
            not(new Match.OutInterface(Chains.LOOPBACK)),
            not(new Match.CtStates(EnumSet.of(CtState.DNAT))),
            new Match.PinnedProgram(pin))
        .commented("its sender is known");
  }

  private Optional<Rule> otherEndOfLoopback() {
    if (!order.judgesLoopbackTwice() || direction == Direction.FORWARD) {
      return Optional.empty();
    }
    Direction other = direction == Direction.OUT ? Direction.IN : Direction.OUT;
    return Optional.of(
        Rule.of(
            new Target.SetMark(marks.proofOfBothEnds()),
            direction == Direction.OUT
                ? new Match.OutInterface(Chains.LOOPBACK)
                : new Match.InInterface(Chains.LOOPBACK),
            new Match.ConnMark(marks.proof(other))));
  }
}
