// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import static org.sallyport.netfilter.Match.not;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtDirection;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.RejectWith;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;

/**
 * The chains of filter in which packets of one direction are known, exempt, or decided. The
 * directions differ in who may be exempt and in what proves a running flow; the order of the rules
 * is the same, the most frequent case first.
 */
final class DirectionChain {

  /** Where a REPEAT verdict with the refused mark leads, whatever the direction. */
  static final Chain REFUSE = new Chain("SALLYPORT-REFUSE");

  private static final Chain BACK = new Chain("SALLYPORT-OUT-BACK");

  private final ChainOrder order;
  private final Direction direction;
  private final ProofMarks marks;
  private final Target exempt;
  private final Decisions decisions;

  DirectionChain(ChainOrder order, Direction direction) {
    this.order = order;
    this.direction = direction;
    this.marks = ProofMarks.of(order);
    this.exempt = new Target.SetMark(marks.exempt(direction));
    this.decisions = new Decisions(order, direction);
  }

  /** The hook that leads into it. */
  BaseChain base() {
    return switch (direction) {
      case OUT -> BaseChain.OUTPUT;
      case IN -> BaseChain.INPUT;
      case FORWARD -> BaseChain.FORWARD;
    };
  }

  /** The chain that packets enter. */
  ChainSpec entered() {
    List<Rule> rules = new ArrayList<>(decisions.shortcut());
    rules.add(back());
    rules.addAll(decisions.ahead());
    // known flows, and what the queue let go on: it comes by again on its way to others' rules
    rules.add(Rule.of(Target.Verdict.RETURN, new Match.PacketMark(marks.anyProof(direction))));
    withinThisHost().ifPresent(rules::add);
    rules.addAll(answers());
    // not "is undecided": while we arm, filter may stand before the table that says so
    rules.add(
        Rule.of(
            new Target.JumpTo(safe(direction)),
            not(new Match.PacketMark(marks.exempt(direction)))));
    rules.add(Rule.of(Target.Verdict.RETURN, new Match.PacketMark(marks.exempt(direction))));
    rules.addAll(decisions.rules());
    return new ChainSpec(chain(direction), rules);
  }

  /**
   * What the queue sent back with R, or with R from the start: its destination was rewritten. That
   * is told by the proof, which a refusal takes away. Such a packet skips whatever else could set
   * its mark: another one than it had in the queue would have it routed again.
   */
  private Rule back() {
    Match refused = new Match.PacketMark(marks.anyRefused());
    return direction == Direction.OUT
        ? Rule.of(new Target.GoTo(BACK), refused)
        : Rule.of(new Target.JumpTo(REFUSE), refused);
  }

  /** The rules of {@link #BACK}; returning leads to the rules of others behind ours. */
  private ChainSpec backRules() {
    return new ChainSpec(
        BACK,
        List.of(
            Rule.of(Target.Verdict.RETURN, new Match.PacketMark(marks.anyProof(direction)))
                .commented("allowed, and rewritten"),
            Rule.of(new Target.GoTo(REFUSE))));
  }

  /** The chains that packets are led to from {@link #entered}, or by the rules of a section. */
  List<ChainSpec> others() {
    List<ChainSpec> chains = new ArrayList<>(List.of(safeSet()));
    if (direction == Direction.OUT) {
      chains.add(backRules());
    }
    chains.addAll(decisions.chains());
    return chains;
  }

  /** The name of the chain that packets enter. */
  static Chain chain(Direction direction) {
    return switch (direction) {
      case OUT -> Chains.OUT;
      case IN -> new Chain("SALLYPORT-IN");
      case FORWARD -> new Chain("SALLYPORT-FWD");
    };
  }

  private ChainSpec safeSet() {
    return new ChainSpec(
        safe(direction),
        switch (direction) {
          case OUT -> SafeSet.leaving(marks.exempt(direction));
          case IN -> SafeSet.arriving(marks.exempt(direction));
          case FORWARD -> SafeSet.passing(marks.exempt(direction));
        });
  }

  /** The name of the chain of the safe set. */
  static Chain safe(Direction direction) {
    return new Chain(chain(direction).name() + "-SAFE");
  }

  /** The rules of {@link #REFUSE}. */
  static ChainSpec refuse() {
    return new ChainSpec(
        REFUSE,
        List.of(
            Rule.of(new Target.Reject(RejectWith.TCP_RESET), new Match.OfProtocol(Protocol.TCP)),
            Rule.of(new Target.Reject(RejectWith.ADMIN_PROHIBITED))));
  }

  /**
   * Before the destination was rewritten the route led to the loopback interface, and the match
   * still says so: such a packet may leave the host, so it is judged.
   */
  private Optional<Rule> withinThisHost() {
    if (order.loopback() || direction == Direction.FORWARD) {
      return Optional.empty();
    }
    Rule rule =
        direction == Direction.OUT
            ? Rule.of(
                exempt,
                new Match.OutInterface(Chains.LOOPBACK),
                not(new Match.CtStates(EnumSet.of(CtState.DNAT))))
            : Rule.of(exempt, new Match.InInterface(Chains.LOOPBACK));
    return Optional.of(rule.commented("loopback is not judged"));
  }

  /**
   * Answers follow the verdict on what they answer, also when that is taken back. Only the flow's
   * own packets: an ICMP error about it is a matter of the {@link SafeSet}.
   */
  private List<Rule> answers() {
    List<Rule> rules = new ArrayList<>();
    if (direction == Direction.OUT && !order.opensWithoutListener()) {
      rules.add(Chains.cut(marks)); // for the other directions mangle has done it
    }
    rules.add(
        Rule.of(
                exempt,
                new Match.CtWay(CtDirection.REPLY),
                new Match.CtStates(EnumSet.of(CtState.ESTABLISHED)))
            .commented("answers follow their flow"));
    return rules;
  }
}
