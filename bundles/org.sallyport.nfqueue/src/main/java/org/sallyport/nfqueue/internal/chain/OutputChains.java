// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.chain;

import static org.sallyport.netfilter.Match.not;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.BaseJump;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtDirection;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.RejectWith;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Target;

/**
 * The rules for what leaves this host, in the order a packet meets them: raw takes every claim
 * away, filter proves or queues, mangle keeps back what has no proof. Why each rule is where it is
 * stands in the bundle's README.
 */
public final class OutputChains {

  static final Chain MARK = new Chain("SALLYPORT-MARK");
  static final Chain OUT = new Chain("SALLYPORT-OUT");
  static final Chain REFUSE = new Chain("SALLYPORT-REFUSE");
  static final Chain SAFE = new Chain("SALLYPORT-SAFE");
  static final Chain GATE = new Chain("SALLYPORT-GATE");

  private final ChainOrder order;
  private final ProofMarks marks;
  private final Target prove;
  private final Target exempt;

  private OutputChains(ChainOrder order) {
    this.order = order;
    this.marks = new ProofMarks(order.marks());
    this.prove = new Target.SetMark(marks.proof(order.mode(), order.generation()));
    this.exempt = new Target.SetMark(marks.exempt());
  }

  /**
   * The rules of an order.
   *
   * @param order what they depend on
   * @return our chains of all tables
   */
  public static RuleSet of(ChainOrder order) {
    OutputChains chains = new OutputChains(order);
    return new RuleSet(
        Map.of(
            Table.RAW, table(BaseChain.OUTPUT, new ChainSpec(MARK, chains.mark())),
            Table.FILTER,
                table(
                    BaseChain.OUTPUT,
                    new ChainSpec(OUT, chains.out()),
                    new ChainSpec(REFUSE, chains.refuse()),
                    new ChainSpec(SAFE, chains.safe())),
            Table.MANGLE, table(BaseChain.POSTROUTING, new ChainSpec(GATE, chains.gate()))));
  }

  private static TableRules table(BaseChain from, ChainSpec entered, ChainSpec... others) {
    List<ChainSpec> all = new ArrayList<>(List.of(others));
    all.add(0, entered);
    return new TableRules(all, List.of(new BaseJump(from, entered.chain())));
  }

  /** raw OUTPUT: a program's own SO_MARK never counts. */
  private List<Rule> mark() {
    return List.of(Rule.of(new Target.SetMark(marks.undecided())));
  }

  /** filter OUTPUT: the most frequent case first. */
  private List<Rule> out() {
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.of(new Target.JumpTo(REFUSE), new Match.PacketMark(marks.anyRefused())));
    if (!order.queuesEstablished()) {
      rules.add(establishedTcp());
      rules.add(Rule.of(Target.Verdict.RETURN, new Match.PacketMark(marks.anyProof())));
    }
    if (!order.loopback()) {
      rules.add(withinThisHost());
    }
    rules.add(answers());
    rules.add(Rule.of(new Target.JumpTo(SAFE), new Match.PacketMark(marks.undecided())));
    rules.add(Rule.of(Target.Verdict.RETURN, new Match.PacketMark(marks.exempt())));
    rules.add(Rule.of(prove).commented("counts only if the queue lets it go on"));
    rules.add(Rule.of(queue()));
    return List.copyOf(rules);
  }

  /**
   * A connection that was allowed in this generation goes on by itself. What opens one does not:
   * the kernel's record of a connection outlives its program, and the next one may be another.
   * Other protocols have no opening packet to tell senders apart, so all their packets are queued.
   */
  private Rule establishedTcp() {
    return Rule.of(
        prove,
        new Match.OfProtocol(Protocol.TCP),
        not(new Match.TcpSyn()),
        new Match.ConnMark(marks.proof(order.mode(), order.generation())),
        new Match.CtStates(EnumSet.of(CtState.ESTABLISHED)),
        new Match.CtWay(CtDirection.ORIGINAL));
  }

  /**
   * Before the destination was rewritten the route led to the loopback interface, and the match
   * still says so: such a packet may leave the host, so it is judged.
   */
  private Rule withinThisHost() {
    return Rule.of(
            exempt, new Match.OutInterface("lo"), not(new Match.CtStates(EnumSet.of(CtState.DNAT))))
        .commented("loopback is not judged");
  }

  /**
   * Answers follow the verdict on what they answer, which the other side's chain gave. Only the
   * flow's own packets: an ICMP error about it passes if the kernel made it, see {@link SafeSet}.
   */
  private Rule answers() {
    return Rule.of(
            exempt,
            new Match.CtWay(CtDirection.REPLY),
            new Match.CtStates(EnumSet.of(CtState.ESTABLISHED)))
        .commented("answers follow their flow");
  }

  private Target queue() {
    return new Target.Queue(
        order.queueNumber(),
        order.queueNumber(),
        order.opensWithoutListener() ? Target.WhenUnbound.PASS : Target.WhenUnbound.DROP);
  }

  /** Where a REPEAT verdict with the refused mark leads. */
  private List<Rule> refuse() {
    return List.of(
        Rule.of(new Target.Reject(RejectWith.TCP_RESET), new Match.OfProtocol(Protocol.TCP)),
        Rule.of(new Target.Reject(RejectWith.ADMIN_PROHIBITED)));
  }

  private List<Rule> safe() {
    return SafeSet.rules(marks.exempt());
  }

  /** mangle POSTROUTING: keeps back what came around filter, and remembers what was proven. */
  private List<Rule> gate() {
    List<Rule> rules = new ArrayList<>();
    if (!order.opensWithoutListener()) {
      rules.add(
          Rule.of(Target.Verdict.DROP, new Match.PacketMark(marks.anyUndecided()))
              .commented("the gate"));
    }
    rules.add(
        Rule.of(
            new Target.SaveMark(marks.ours(), marks.ours()),
            new Match.PacketMark(marks.anyProof())));
    return List.copyOf(rules);
  }
}
