// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.EnumMap;
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
import org.sallyport.netfilter.HeaderMatch;
import org.sallyport.netfilter.MarkBits;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Target;

/** Chains of arriving and passing packets: one at each hook of each table, with all they need. */
final class InboundChain {

  static final List<Table> ARMING = List.of(Table.FILTER, Table.RAW, Table.MANGLE, Table.SECURITY);

  private static final MarkBits OK = new MarkBits(0x3000_0000L, 0xffff_0000L);
  private static final Match LOOPBACK = new Match.InInterface("lo");

  private InboundChain() {}

  static RuleSet all() {
    Map<Table, TableRules> tables = new EnumMap<>(Table.class);
    for (Table table : Table.values()) {
      List<ChainSpec> chains = new ArrayList<>();
      List<BaseJump> jumps = new ArrayList<>();
      for (BaseChain base : table.baseChains()) {
        Chain chain = chain(base);
        chains.add(new ChainSpec(chain, rules(base)));
        jumps.add(new BaseJump(base, chain));
      }
      tables.put(table, new TableRules(chains, jumps));
    }
    return new RuleSet(tables);
  }

  static Chain chain(BaseChain base) {
    return new Chain("SALLYPORT-" + base);
  }

  private static List<Rule> rules(BaseChain base) {
    return switch (base) {
      case PREROUTING, INPUT, FORWARD -> arriving();
      case OUTPUT, POSTROUTING -> leaving();
    };
  }

  private static List<Rule> arriving() {
    List<Rule> rules = new ArrayList<>(leaving());
    rules.add(Rule.of(Target.Verdict.RETURN, LOOPBACK));
    rules.add(
        Rule.of(
            Target.Verdict.ACCEPT,
            Match.not(new Match.InInterface("eth0")),
            new Match.TcpSyn(),
            new HeaderMatch.DestinationPorts(Protocol.TCP, 22, 22)));
    rules.add(Rule.of(new Target.Queue(8300, 8303, Target.WhenUnbound.DROP)));
    return rules;
  }

  private static List<Rule> leaving() {
    List<Rule> rules = new ArrayList<>();
    rules.add(
        Rule.of(Target.Verdict.RETURN, new Match.ConnMark(OK), new Match.CtWay(CtDirection.REPLY)));
    rules.add(
        Rule.of(
            Target.Verdict.DROP,
            Match.not(new Match.ConnMark(OK)),
            new Match.CtStates(Set.of(CtState.RELATED, CtState.INVALID, CtState.UNTRACKED))));
    rules.add(
        Rule.of(
            new Target.SetConnMark(OK),
            new Match.CtStates(Set.of(CtState.NEW)),
            new Match.CtWay(CtDirection.ORIGINAL)));
    rules.add(Rule.of(new Target.SaveMark(0xffff_0000L, 0xffff_0000L), new Match.PacketMark(OK)));
    for (int protocol : new int[] {1, 2, 6, 7, 17, 47, 50, 58, 89, 132, 136, 255}) {
      rules.add(Rule.of(Target.Verdict.RETURN, Match.protocol(protocol)));
      rules.add(Rule.of(Target.Verdict.RETURN, Match.not(Match.protocol(protocol))));
    }
    rules.add(Rule.of(Target.Verdict.DROP, new HeaderMatch.Fragment(Family.IPV4)));
    rules.add(Rule.of(Target.Verdict.DROP, new HeaderMatch.Fragment(Family.IPV6)));
    return rules;
  }
}
