// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;

/** Commits the output chain with the real iptables in a namespace of its own; needs root. */
class OutputChainKernelTest {

  private static final String FOREIGN =
      """
      *raw
      :THEIRS - [0:0]
      [7:420] -A PREROUTING -p tcp -m tcp --dport 1 -j THEIRS
      [3:90] -A OUTPUT -p udp -m udp --dport 9 -j NOTRACK
      COMMIT
      *mangle
      [1:60] -A POSTROUTING -m mark --mark 0x1/0x1 -j MARK --set-xmark 0x2/0x2
      COMMIT
      *filter
      :INPUT DROP [0:0]
      :sallyport-lower - [0:0]
      :DOCKER-USER - [0:0]
      [12:3400] -A OUTPUT -p tcp -m tcp --dport 25 -m comment --comment "say \\"hi\\"" -j REJECT
      [0:0] -A OUTPUT -j sallyport-lower
      [5:500] -A DOCKER-USER -s 192.0.2.0/24 -j RETURN
      COMMIT
      *security
      [2:80] -A OUTPUT -d 192.0.2.9/32 -j ACCEPT
      COMMIT
      """;

  @TempDir Path state;
  private TestNamespace namespace;
  private IptablesNetfilter netfilter;
  private Variant variant;

  @BeforeEach
  void setUp() {
    namespace = new TestNamespace();
  }

  private void use(Variant which) {
    variant = which;
    netfilter = namespace.netfilter(state, Optional.of(which));
  }

  @AfterEach
  void tearDown() {
    namespace.close();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldHoldTheWholeChainInBothFamilies(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(7), OutputChain.ARMING);

    assertThat(netfilter.families()).containsExactly(Family.IPV4, Family.IPV6);
    assertThat(netfilter.verify(OutputChain.all(7)).differences()).isEmpty();
    assertThat(netfilter.verify(OutputChain.all(8)).holds()).isFalse();
    assertThat(netfilter.unfinished()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldMoveTheGenerationByACommitOfFilterAlone(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(7), OutputChain.ARMING);

    netfilter.commit(OutputChain.filterOnly(0xfff), List.of(Table.FILTER));

    assertThat(netfilter.verify(OutputChain.all(0xfff)).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldLeaveForeignPartsByteIdentical(Variant variant) {
    use(variant);
    foreignRules();
    String before = namespace.foreignParts(variant);

    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    assertThat(namespace.foreignParts(variant)).isEqualTo(before).contains("[12:3400]");
    netfilter.commit(OutputChain.filterOnly(2), List.of(Table.FILTER));
    assertThat(namespace.foreignParts(variant)).isEqualTo(before);

    netfilter.remove();
    String all = namespace.run(TestNamespace.tool(variant, "iptables", "-save") + " -c");
    assertThat(namespace.foreignParts(variant)).isEqualTo(before);
    assertThat(all).doesNotContain("SALLYPORT-").contains("sallyport-lower");
    assertThat(netfilter.verify(RuleSet.EMPTY).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldReportAndRepairAForeignRuleBeforeOurJump(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    tool("iptables", "-I OUTPUT -p tcp -j ACCEPT");

    assertThat(netfilter.verify(OutputChain.all(1)).differences())
        .containsExactly(
            "ipv4 filter: in OUTPUT '-p tcp -j ACCEPT' stands before '-j SALLYPORT-OUT'");
    netfilter.commit(OutputChain.filterOnly(2), List.of(Table.FILTER));

    assertThat(netfilter.verify(OutputChain.all(2)).differences()).isEmpty();
    assertThat(texts(Table.FILTER, "OUTPUT"))
        .containsExactly("-j SALLYPORT-OUT", "-p tcp -j ACCEPT");
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldReportAndRepairADoubledAndAMissingJump(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    tool("iptables", "-A OUTPUT -j SALLYPORT-OUT");
    tool("ip6tables", "-D OUTPUT -j SALLYPORT-OUT");

    assertThat(netfilter.verify(OutputChain.all(1)).differences())
        .containsExactly(
            "ipv4 filter: OUTPUT should lead to SALLYPORT-OUT"
                + " but leads to SALLYPORT-OUT, then SALLYPORT-OUT",
            "ipv6 filter: OUTPUT should lead to SALLYPORT-OUT but leads to no chain of ours");
    netfilter.commit(OutputChain.filterOnly(1), List.of(Table.FILTER));

    assertThat(netfilter.verify(OutputChain.all(1)).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldReportADeletedQueueRule(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    tool("iptables", "-D SALLYPORT-OUT -j NFQUEUE --queue-num 8200");

    assertThat(netfilter.verify(OutputChain.all(1)).differences())
        .containsExactly(
            "ipv4 filter: chain SALLYPORT-OUT has 9 rules, not 10",
            "ipv4 filter: rule 10 of SALLYPORT-OUT should be '-j NFQUEUE --queue-num 8200'"
                + " but is 'nothing'");
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldReportAChangedRuleAndAFlush(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    tool("iptables", "-R SALLYPORT-GATE 1 -j ACCEPT -t mangle");
    tool("ip6tables", "-D OUTPUT -j SALLYPORT-OUT");
    tool("ip6tables", "-F SALLYPORT-OUT");
    tool("ip6tables", "-X SALLYPORT-OUT");

    assertThat(netfilter.verify(OutputChain.all(1)).differences())
        .anyMatch(d -> d.startsWith("ipv4 mangle: rule 1 of SALLYPORT-GATE should be"))
        .contains("ipv6 filter: chain SALLYPORT-OUT is missing");
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);

    assertThat(netfilter.verify(OutputChain.all(1)).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldEmptyButKeepAChainAForeignRuleLeadsInto(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    tool("iptables", "-A OUTPUT -p tcp -j SALLYPORT-OUT");

    assertThatThrownBy(netfilter::remove)
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FOREIGN_REFERENCE))
        .hasMessageContaining("OUTPUT: -p tcp -j SALLYPORT-OUT");

    assertThat(texts(Table.FILTER, "SALLYPORT-OUT")).isEmpty();
    assertThat(texts(Table.FILTER, "OUTPUT")).containsExactly("-p tcp -j SALLYPORT-OUT");
    assertThat(netfilter.read().table(Family.IPV4, Table.MANGLE).ours()).isEmpty();
    assertThat(netfilter.unfinished()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldDeleteChainsTheNewSetDoesNotName(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);

    netfilter.commit(RuleSet.EMPTY, List.of(Table.MANGLE));

    assertThat(netfilter.read().table(Family.IPV4, Table.MANGLE).ours()).isEmpty();
    assertThat(netfilter.read().table(Family.IPV4, Table.FILTER).ours()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldChangeNothingInTheTableOfARefusedLine(Variant variant) {
    use(variant);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    String bad =
        """
        *filter
        :SALLYPORT-OUT - [0:0]
        -A SALLYPORT-OUT -j ACCEPT
        -A SALLYPORT-OUT -j NOSUCHTARGET
        COMMIT
        """;

    assertThatThrownBy(() -> namespace.iptables().restore(variant, Family.IPV4, bad))
        .isInstanceOf(NetfilterException.class)
        .hasMessageContaining("-A SALLYPORT-OUT -j NOSUCHTARGET");

    assertThat(netfilter.verify(OutputChain.all(1)).differences()).isEmpty();
  }

  private void tool(String plain, String arguments) {
    namespace.run(TestNamespace.tool(variant, plain, "") + " " + arguments);
  }

  private void foreignRules() {
    namespace.feed(TestNamespace.tool(variant, "iptables", "-restore") + " --counters", FOREIGN);
    String six = FOREIGN.replace("192.0.2.0/24", "2001:db8::/64").replace("192.0.2.9/32", "::9");
    namespace.feed(TestNamespace.tool(variant, "ip6tables", "-restore") + " --counters", six);
  }

  private List<String> texts(Table table, String chain) {
    return netfilter.read().table(Family.IPV4, table).chain(chain).map(ChainState::rules).stream()
        .flatMap(List::stream)
        .map(rule -> rule.text())
        .toList();
  }
}
