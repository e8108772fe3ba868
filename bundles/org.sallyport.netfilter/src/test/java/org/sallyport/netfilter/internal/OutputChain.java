// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.BaseJump;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtDirection;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.MarkBits;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.OwnerMatch;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.RejectWith;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Target;

/** An output chain that holds: mask 0xffff0000, state in the top nibble, 12 bits of generation. */
final class OutputChain {

  static final long MASK = 0xffff_0000L;
  static final long STATE_MASK = 0xf000_0000L;
  static final Chain RAW = new Chain("SALLYPORT-RAW-OUT");
  static final Chain OUT = new Chain("SALLYPORT-OUT");
  static final Chain GATE = new Chain("SALLYPORT-GATE");
  static final List<Table> ARMING = List.of(Table.FILTER, Table.RAW, Table.MANGLE);

  private static final MarkBits UNDECIDED = new MarkBits(0x1000_0000L, STATE_MASK);
  private static final MarkBits REFUSED = new MarkBits(0x4000_0000L, STATE_MASK);
  private static final MarkBits OK = new MarkBits(0x2000_0000L, STATE_MASK);
  private static final Match LOOPBACK = new Match.OutInterface("lo");

  private OutputChain() {}

  static RuleSet all(int generation) {
    return new RuleSet(
        Map.of(
            Table.RAW, table(RAW, BaseChain.OUTPUT, raw()),
            Table.FILTER, table(OUT, BaseChain.OUTPUT, filter(generation)),
            Table.MANGLE, table(GATE, BaseChain.POSTROUTING, gate())));
  }

  static RuleSet filterOnly(int generation) {
    return new RuleSet(Map.of(Table.FILTER, table(OUT, BaseChain.OUTPUT, filter(generation))));
  }

  private static TableRules table(Chain chain, BaseChain base, List<Rule> rules) {
    return new TableRules(List.of(new ChainSpec(chain, rules)), List.of(new BaseJump(base, chain)));
  }

  private static List<Rule> raw() {
    return List.of(Rule.of(new Target.SetMark(new MarkBits(0x1000_0000L, MASK))));
  }

  private static List<Rule> filter(int generation) {
    MarkBits ok = new MarkBits(0x2000_0000L | ((long) generation << 16), MASK);
    Target proof = new Target.SetMark(ok);
    return List.of(
        Rule.of(
            new Target.Reject(RejectWith.TCP_RESET),
            new Match.OfProtocol(Protocol.TCP),
            new Match.PacketMark(REFUSED)),
        Rule.of(new Target.Reject(RejectWith.ADMIN_PROHIBITED), new Match.PacketMark(REFUSED)),
        Rule.of(proof, LOOPBACK, new Match.TcpReset(), new OwnerMatch.OwnerLess()),
        Rule.of(
                proof,
                LOOPBACK,
                new Match.OfProtocol(Protocol.ICMP),
                new Match.CtStates(Set.of(CtState.RELATED)),
                new OwnerMatch.OwnerLess())
            .only(Family.IPV4),
        Rule.of(
                proof,
                LOOPBACK,
                new Match.OfProtocol(Protocol.ICMPV6),
                new Match.CtStates(Set.of(CtState.RELATED)),
                new OwnerMatch.OwnerLess())
            .only(Family.IPV6),
        Rule.of(
            proof,
            Match.not(new Match.TcpSyn()),
            new Match.ConnMark(ok),
            new Match.CtStates(Set.of(CtState.ESTABLISHED, CtState.RELATED))),
        Rule.of(
            proof,
            Match.not(new Match.OfProtocol(Protocol.TCP)),
            new Match.ConnMark(ok),
            new Match.CtStates(Set.of(CtState.ESTABLISHED, CtState.RELATED))),
        Rule.of(proof, new Match.CtWay(CtDirection.REPLY), new Match.ConnMark(ok)),
        Rule.of(Target.Verdict.RETURN, new Match.PacketMark(OK)),
        Rule.of(proof).commented("the proof stands before the queue"),
        Rule.of(new Target.Queue(8200, 8200, Target.WhenUnbound.DROP)));
  }

  private static List<Rule> gate() {
    return List.of(
        Rule.of(Target.Verdict.DROP, new Match.PacketMark(UNDECIDED)).commented("gate"),
        Rule.of(new Target.SaveMark(MASK, MASK), new Match.PacketMark(OK)));
  }
}
