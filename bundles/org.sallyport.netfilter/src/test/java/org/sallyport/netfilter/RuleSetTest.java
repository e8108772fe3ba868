// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.packet.IpNetwork;

class RuleSetTest {

  private static final Chain A = new Chain("SALLYPORT-A");
  private static final Chain B = new Chain("SALLYPORT-B");
  private static final Rule MARKING = Rule.of(new Target.SetMark(new MarkBits(1, 1)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OUTPUT",
        "SALLYPORT-",
        "SALLYPORT-a",
        "SALLYPORT-A B",
        "SALLYPORT-A\n-A INPUT",
        "SALLYPORT-0123456789012345678"
      })
  void shouldRefuseChainNamesThatAreNotOurs(String name) {
    assertThatThrownBy(() -> new Chain(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-i", "eth0 -j ACCEPT", "eth+", "a/b", "0123456789abcdef", "x\ny"})
  void shouldRefuseInterfaceNamesThatCouldBeSomethingElse(String name) {
    assertThatThrownBy(() -> new Match.OutInterface(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "a ", "a\"b", "a\nCOMMIT", "-j", "a\\", "!", "${x}"})
  void shouldRefuseCommentsThatNeedEscapes(String comment) {
    assertThatThrownBy(() -> MARKING.commented(comment))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "a ", "a\"b", "a\nb", "%s", "29-characters-are-one-too-many"})
  void shouldRefuseLogPrefixesThatTheKernelCutsOrQuotes(String prefix) {
    assertThatThrownBy(() -> new Target.Log(prefix)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseValuesOutOfRange() {
    assertThatThrownBy(() -> new MarkBits(2, 1)).hasMessageContaining("outside its mask");
    assertThatThrownBy(() -> new MarkBits(0, 1L << 32)).hasMessageContaining("32 bits");
    assertThatThrownBy(() -> new MarkBits(-1, 1)).hasMessageContaining("32 bits");
    assertThatThrownBy(() -> new OwnerMatch.UidRange(0, 4_294_967_295L))
        .hasMessageContaining("ids go");
    assertThatThrownBy(() -> new HeaderMatch.SourcePorts(Protocol.TCP, 5, 4))
        .hasMessageContaining("ports go");
    assertThatThrownBy(() -> new HeaderMatch.SourcePorts(Protocol.TCP, 0, 65_535))
        .hasMessageContaining("leave the test out");
    assertThatThrownBy(() -> new HeaderMatch.SourcePorts(Protocol.IGMP, 1, 1))
        .hasMessageContaining("SCTP and UDP-Lite");
    assertThatThrownBy(() -> new HeaderMatch.ProtocolNumber(256)).hasMessageContaining("1 to 255");
    assertThatThrownBy(() -> new HeaderMatch.ProtocolNumber(0)).hasMessageContaining("1 to 255");
    assertThatThrownBy(() -> new HeaderMatch.ProtocolNumber(6)).hasMessageContaining("by its name");
    assertThatThrownBy(() -> new Target.Queue(3, 2, Target.WhenUnbound.DROP))
        .hasMessageContaining("queues go");
    assertThatThrownBy(() -> new HeaderMatch.HopLimit(256)).hasMessageContaining("hop limit");
    assertThatThrownBy(() -> new HeaderMatch.IcmpType(Family.IPV4, 255, OptionalInt.empty()))
        .hasMessageContaining("ICMP type");
  }

  @Test
  void shouldNarrowARuleToTheFamilyOfItsTests() {
    Rule rule =
        Rule.of(Target.Verdict.DROP, new HeaderMatch.Source(IpNetwork.parse("2001:db8::/32")));

    assertThat(rule.families()).containsExactly(Family.IPV6);
    assertThatThrownBy(() -> rule.only(Family.IPV4)).hasMessageContaining("no family");
  }

  @Test
  void shouldNameAProtocolByItsNumber() {
    assertThat(Match.protocol(136)).isEqualTo(new Match.OfProtocol(Protocol.UDPLITE));
    assertThat(Match.protocol(47)).isEqualTo(new HeaderMatch.ProtocolNumber(47));
  }

  @Test
  void shouldPrintAFragmentBehindTheProtocol() {
    Rule later =
        Rule.of(Target.Verdict.DROP, new HeaderMatch.Fragment(Family.IPV4), Match.protocol(17));
    Rule six = Rule.of(Target.Verdict.DROP, new HeaderMatch.Fragment(Family.IPV6));

    assertThat(later.text(Family.IPV4)).isEqualTo("-p udp -f -j DROP");
    assertThat(six.text(Family.IPV6)).isEqualTo("-m frag -j DROP");
  }

  @Test
  void shouldRefuseTestsThatExcludeEachOther() {
    Match udp = new Match.OfProtocol(Protocol.UDP);
    Match notTcp = Match.not(new Match.OfProtocol(Protocol.TCP));

    assertThatThrownBy(() -> Rule.of(Target.Verdict.DROP, udp, new Match.TcpSyn()))
        .hasMessageContaining("needs TCP");
    assertThatThrownBy(() -> Rule.of(Target.Verdict.DROP, notTcp, new Match.TcpSyn()))
        .hasMessageContaining("needs TCP");
    assertThatThrownBy(() -> Rule.of(Target.Verdict.DROP, udp, notTcp))
        .hasMessageContaining("one -p");
    assertThatThrownBy(() -> Rule.of(new Target.Reject(RejectWith.TCP_RESET), notTcp))
        .hasMessageContaining("only a rule that matches TCP");
  }

  @Test
  void shouldRefuseAMarkOnTheWayOfMangleOutput() {
    Rule jump = Rule.of(new Target.JumpTo(B));
    List<ChainSpec> chains = List.of(new ChainSpec(A, List.of(jump)), chain(B, MARKING));

    assertThatThrownBy(() -> set(Table.MANGLE, chains, new BaseJump(BaseChain.OUTPUT, A)))
        .hasMessageContaining("SALLYPORT-B sets a mark in OUTPUT");
    assertThat(set(Table.MANGLE, chains, new BaseJump(BaseChain.POSTROUTING, A)).tables())
        .containsOnlyKeys(Table.MANGLE);
  }

  @Test
  void shouldRefuseChainsThatDoNotFitTogether() {
    Rule toB = Rule.of(new Target.JumpTo(B));
    Rule toA = Rule.of(new Target.JumpTo(A));
    Rule reject = Rule.of(new Target.Reject(RejectWith.ADMIN_PROHIBITED));

    assertThatThrownBy(() -> set(Table.FILTER, List.of(chain(A, toB))))
        .hasMessageContaining("not described");
    assertThatThrownBy(() -> set(Table.FILTER, List.of(chain(A, toB), chain(B, toA))))
        .hasMessageContaining("back to itself");
    assertThatThrownBy(() -> set(Table.FILTER, List.of(chain(A, MARKING), chain(A, MARKING))))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> set(Table.RAW, List.of(chain(A, reject))))
        .hasMessageContaining("only filter knows");
    assertThatThrownBy(() -> set(Table.RAW, List.of(chain(A)), new BaseJump(BaseChain.INPUT, A)))
        .hasMessageContaining("there is no chain INPUT");
    assertThatThrownBy(() -> set(Table.RAW, List.of(chain(A)), new BaseJump(BaseChain.OUTPUT, B)))
        .hasMessageContaining("unknown SALLYPORT-B");
  }

  @Test
  void shouldTreatAGotoLikeAJump() {
    Rule toB = Rule.of(new Target.GoTo(B));
    Rule toA = Rule.of(new Target.GoTo(A));

    assertThatThrownBy(() -> set(Table.FILTER, List.of(chain(A, toB))))
        .hasMessageContaining("SALLYPORT-A leads to SALLYPORT-B, which is not described");
    assertThatThrownBy(() -> set(Table.FILTER, List.of(chain(A, toB), chain(B, toA))))
        .hasMessageContaining("SALLYPORT-A leads back to itself");
    assertThatThrownBy(() -> set(Table.FILTER, List.of(chain(A, toA))))
        .hasMessageContaining("SALLYPORT-A leads back to itself");
    assertThatThrownBy(
            () ->
                set(
                    Table.MANGLE,
                    List.of(chain(A, toB), chain(B, MARKING)),
                    new BaseJump(BaseChain.OUTPUT, A)))
        .hasMessageContaining("SALLYPORT-B sets a mark in OUTPUT");
  }

  @Test
  void shouldAllowSeveralWaysToOneChain() {
    Chain end = new Chain("SALLYPORT-END");
    Rule toEnd = Rule.of(new Target.GoTo(end));
    Rule toB = Rule.of(new Target.JumpTo(B));

    assertThat(
            set(Table.FILTER, List.of(chain(A, toB, toEnd, toB), chain(B, toEnd), chain(end)))
                .table(Table.FILTER)
                .chains())
        .hasSize(3);
  }

  @Test
  void shouldKnowCountingChainsByTheirFirstRule() {
    Rule count = Rule.of(new Target.Count());
    Rule some = Rule.of(new Target.Count(), new Match.OfProtocol(Protocol.UDP));

    assertThat(new ChainSpec(A, List.of(count.commented("r")), true).counting()).isTrue();
    for (List<Rule> rules :
        List.of(
            List.<Rule>of(), List.of(some), List.of(MARKING), List.of(count.only(Family.IPV4)))) {
      assertThatThrownBy(() -> new ChainSpec(A, rules, true))
          .hasMessageContaining("does not begin with a count");
    }
  }

  @Test
  void shouldSayTheRateThatTheKernelKeeps() {
    assertThat(limit(new Rate(5, 5))).isEqualTo("-m limit --limit 5/sec");
    assertThat(limit(new Rate(1, 4))).isEqualTo("-m limit --limit 1/sec --limit-burst 4");
    assertThat(limit(new Rate(300, 5))).isEqualTo("-m limit --limit 303/sec");
    assertThat(limit(new Rate(6000, 5))).isEqualTo("-m limit --limit 10000/sec");
    for (int n = 1; n <= 10_000; n++) {
      int said = Integer.parseInt(limit(new Rate(n, 5)).replaceAll("\\D", ""));
      assertThat(limit(new Rate(said, 5))).isEqualTo(limit(new Rate(n, 5)));
    }
  }

  private static String limit(Rate rate) {
    return Rule.of(new Target.Count(), rate).text(Family.IPV4);
  }

  @Test
  void shouldCopyWhatItIsGiven() {
    List<Rule> rules = new ArrayList<>(List.of(MARKING));
    Map<Table, TableRules> tables = new EnumMap<>(Table.class);
    tables.put(Table.RAW, new TableRules(List.of(new ChainSpec(A, rules)), List.of()));
    RuleSet set = new RuleSet(tables);

    rules.clear();
    tables.clear();

    assertThat(set.table(Table.RAW).chains().get(0).rules()).containsExactly(MARKING);
    assertThat(set.table(Table.FILTER)).isEqualTo(TableRules.NONE);
    assertThatThrownBy(() -> set.tables().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> MARKING.families().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static ChainSpec chain(Chain name, Rule... rules) {
    return new ChainSpec(name, List.of(rules));
  }

  private static RuleSet set(Table table, List<ChainSpec> chains, BaseJump... jumps) {
    return new RuleSet(Map.of(table, new TableRules(chains, List.of(jumps))));
  }
}
