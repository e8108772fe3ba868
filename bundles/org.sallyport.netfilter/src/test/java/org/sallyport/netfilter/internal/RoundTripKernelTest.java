// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.BaseJump;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtDirection;
import org.sallyport.netfilter.CtOriginal;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.HeaderMatch;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.MarkBits;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.OwnerMatch;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rate;
import org.sallyport.netfilter.RejectWith;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.Variant;

/** What is printed is what the kernel gives back: every match and target, both families. */
class RoundTripKernelTest {

  private static final Chain OUT = new Chain("SALLYPORT-OUT");
  private static final Chain IN = new Chain("SALLYPORT-IN");
  private static final Chain SUB = new Chain("SALLYPORT-2-LONGEST-NAME-18C");
  private static final Chain COUNTING = new Chain("SALLYPORT-R-1");
  private static final MarkBits BITS = new MarkBits(0x2001_0000L, 0xffff_0000L);

  @TempDir Path state;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldReadBackEveryMatchAndTargetLetterForLetter(Variant variant) {
    List<ChainSpec> chains =
        List.of(
            new ChainSpec(OUT, outRules()),
            new ChainSpec(SUB, targets()),
            new ChainSpec(COUNTING, counting(), true),
            new ChainSpec(IN, List.of(Rule.of(Target.Verdict.ACCEPT, inInterface()))));
    TableRules filter =
        new TableRules(
            chains,
            List.of(new BaseJump(BaseChain.OUTPUT, OUT), new BaseJump(BaseChain.INPUT, IN)));
    RuleSet rules = new RuleSet(Map.of(Table.FILTER, filter));

    try (TestNamespace namespace = new TestNamespace()) {
      IptablesNetfilter netfilter = namespace.netfilter(state, Optional.of(variant));
      netfilter.commit(rules, List.of(Table.FILTER));

      for (Family family : Family.values()) {
        for (ChainSpec spec : chains) {
          List<String> actual =
              netfilter
                  .read()
                  .table(family, Table.FILTER)
                  .chain(spec.chain().name())
                  .orElseThrow()
                  .rules()
                  .stream()
                  .map(RuleLine::text)
                  .toList();
          assertThat(actual).isEqualTo(spec.texts(family));
        }
      }
      assertThat(netfilter.verify(rules).differences()).isEmpty();
    }
  }

  @Test
  void shouldFindForeignUsersOfOurMarkBits() {
    try (TestNamespace namespace = new TestNamespace()) {
      IptablesNetfilter netfilter = namespace.netfilter(state);
      netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
      assertThat(netfilter.markConflicts(OutputChain.MASK)).isEmpty();

      namespace.run("/usr/sbin/ip -4 rule add fwmark 0xca6c lookup 51820");
      namespace.run("/usr/sbin/ip -6 rule add fwmark 0x1/0xff lookup 51820");
      namespace.run("/usr/sbin/iptables-nft -t nat -A OUTPUT -j MARK --set-xmark 0x40000/0x0");
      namespace.run("/usr/sbin/iptables-legacy -t mangle -A INPUT -m mark --mark 0x80000/0x80000");
      namespace.run("/usr/sbin/ip6tables-legacy -A INPUT -j CONNMARK --save-mark -t mangle");
      namespace.run("/usr/sbin/ip6tables-nft -A INPUT -m connmark --mark 0x1/0x1 -j DROP");

      assertThat(netfilter.markConflicts(OutputChain.MASK))
          .extracting(MarkConflict::kind, MarkConflict::family, MarkConflict::mask)
          .containsExactly(
              tuple(MarkConflict.Kind.ROUTING_RULE, Family.IPV4, MarkBits.ALL),
              tuple(MarkConflict.Kind.RULE, Family.IPV4, 0x40000L),
              tuple(MarkConflict.Kind.LEGACY_RULE, Family.IPV4, 0x80000L),
              tuple(MarkConflict.Kind.LEGACY_RULE, Family.IPV6, MarkBits.ALL));
    }
  }

  private static Match inInterface() {
    return Match.not(new Match.InInterface("eth0.7"));
  }

  private static List<Rule> outRules() {
    List<Match> matches = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      matches.add(new Match.OfProtocol(protocol));
    }
    List<Match.Negatable> both =
        List.of(
            new Match.OfProtocol(Protocol.SCTP),
            new Match.TcpSyn(),
            new Match.TcpReset(),
            new Match.PacketMark(BITS),
            new Match.ConnMark(BITS),
            new Match.CtStates(Set.of(CtState.values())),
            new Match.CtStates(Set.of(CtState.NEW, CtState.ESTABLISHED)),
            new Match.OutInterface("lo"),
            new HeaderMatch.ProtocolNumber(7),
            new HeaderMatch.SourcePorts(Protocol.SCTP, 0, 7),
            new HeaderMatch.DestinationPorts(Protocol.SCTP, 36_412, 36_412),
            new HeaderMatch.SourcePorts(Protocol.UDPLITE, 5, 6),
            new HeaderMatch.DestinationPorts(Protocol.UDPLITE, 53, 53),
            new OwnerMatch.UidRange(5, 5),
            new OwnerMatch.UidRange(1000, 4_294_967_294L),
            new OwnerMatch.GidRange(7, 9),
            new OwnerMatch.SocketExists(),
            new HeaderMatch.IcmpType(Family.IPV4, 3, OptionalInt.of(1)),
            new HeaderMatch.IcmpType(Family.IPV6, 135, OptionalInt.empty()),
            new HeaderMatch.SourcePorts(Protocol.UDP, 68, 68),
            new HeaderMatch.DestinationPorts(Protocol.TCP, 0, 65_534),
            new HeaderMatch.DestinationPorts(Protocol.TCP, 0, 1023),
            new HeaderMatch.SourcePorts(Protocol.UDP, 32_768, 65_535),
            new HeaderMatch.SourcePorts(Protocol.UDP, 5, 6),
            new HeaderMatch.SourcePorts(Protocol.UDP, 0, 0),
            new HeaderMatch.SourcePorts(Protocol.UDP, 65_535, 65_535),
            new HeaderMatch.Source(IpNetwork.parse("10.0.0.0/8")),
            new HeaderMatch.Destination(IpNetwork.parse("192.0.2.1")),
            new HeaderMatch.Destination(IpNetwork.parse("fe80::/10")),
            new HeaderMatch.Source(IpNetwork.parse("2001:db8::1:0:0:1")));
    matches.addAll(both);
    matches.addAll(rareOnes());
    Stream.concat(both.stream(), rareOnes().stream())
        .forEach(match -> matches.add(Match.not(match)));
    matches.add(new Match.CtWay(CtDirection.REPLY));
    matches.add(new OwnerMatch.OwnerLess());
    matches.add(new HeaderMatch.HopLimit(255));
    matches.add(new HeaderMatch.Fragment(Family.IPV4));
    matches.add(new HeaderMatch.Fragment(Family.IPV6));
    List<Rule> rules = new ArrayList<>();
    matches.forEach(match -> rules.add(Rule.of(Target.Verdict.RETURN, match)));
    rules.add(
        Rule.of(
                new Target.JumpTo(SUB),
                new HeaderMatch.SourcePorts(Protocol.UDP, 68, 68),
                new HeaderMatch.DestinationPorts(Protocol.UDP, 67, 67),
                new Match.CtStates(Set.of(CtState.NEW)),
                new Match.CtWay(CtDirection.ORIGINAL),
                new Match.PacketMark(BITS),
                Match.not(new Match.PacketMark(new MarkBits(1, 1))))
            .commented("rule r-1: a=b, c/d"));
    return rules;
  }

  private static List<Match.Negatable> rareOnes() {
    return List.of(
        new HeaderMatch.StrayIcmp(Family.IPV4),
        new HeaderMatch.StrayIcmp(Family.IPV6),
        new CtOriginal.Destination(IpNetwork.parse("10.0.0.0/8")),
        new CtOriginal.Destination(IpNetwork.parse("192.0.2.1")),
        new CtOriginal.Destination(IpNetwork.parse("fd00::/8")),
        new CtOriginal.Destination(IpNetwork.parse("fd00::7")),
        new CtOriginal.DestinationPorts(80, 80),
        new CtOriginal.DestinationPorts(0, 1023));
  }

  private static List<Rule> counting() {
    return List.of(
        Rule.of(new Target.Count()),
        Rule.of(new Target.Count()).commented("two words"),
        Rule.of(new Target.Count(), new Match.OfProtocol(Protocol.UDP)),
        Rule.of(new Target.Log("x"), new Rate(5, 5)),
        Rule.of(new Target.Log("sallyport r-1: a b"), new Rate(1, 1)).commented("c"),
        Rule.of(new Target.Log("-x"), new Rate(73, 10_000)),
        Rule.of(new Target.Log("+=:,._/28-characters-in-all."), new Rate(10_000, 10_000)),
        Rule.of(new Target.Log("l"), new Rate(300, 20), new Match.OfProtocol(Protocol.ICMP)),
        Rule.of(new Target.Log("6"), new Rate(110, 5), new Match.OfProtocol(Protocol.ICMPV6)),
        Rule.of(
            new Target.GoTo(SUB),
            new OwnerMatch.SocketExists(),
            Match.not(new OwnerMatch.UidRange(5, 5)),
            new OwnerMatch.UidRange(0, 4_294_967_294L),
            new OwnerMatch.GidRange(1, 2)),
        Rule.of(new Target.GoTo(SUB)));
  }

  private static List<Rule> targets() {
    return List.of(
        Rule.of(Target.Verdict.DROP).commented("plain"),
        Rule.of(
            Target.Verdict.DROP,
            Match.not(new HeaderMatch.SourcePorts(Protocol.UDPLITE, 9, 9)),
            new HeaderMatch.DestinationPorts(Protocol.UDPLITE, 1, 2)),
        Rule.of(new Target.SetMark(BITS)),
        Rule.of(new Target.SetMark(new MarkBits(1, MarkBits.ALL))),
        Rule.of(new Target.SaveMark(0xffff_0000L, 0xfff_0000L)),
        Rule.of(new Target.RestoreMark(0xffff_0000L, 0xffff_0000L)),
        Rule.of(new Target.SetConnMark(new MarkBits(0, 0xffff_0000L))),
        Rule.of(new Target.Queue(0, 0, Target.WhenUnbound.DROP)),
        Rule.of(new Target.Queue(7, 9, Target.WhenUnbound.PASS)),
        Rule.of(new Target.Reject(RejectWith.TCP_RESET), new Match.OfProtocol(Protocol.TCP)),
        Rule.of(new Target.Reject(RejectWith.ADMIN_PROHIBITED)),
        Rule.of(new Target.Reject(RejectWith.PORT_UNREACHABLE)));
  }
}
