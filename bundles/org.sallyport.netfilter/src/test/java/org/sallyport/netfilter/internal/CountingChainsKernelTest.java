// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.BaseJump;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.HeaderMatch.DestinationPorts;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.Variant;

/** Counters of a real kernel through commits; needs root. */
class CountingChainsKernelTest {

  private static final CommandResult FULL = new CommandResult(1, "", "Cannot allocate memory");
  private static final List<Table> FILTER = List.of(Table.FILTER);
  private static final int DATAGRAM = 20 + 8 + 2; // IPv4, UDP and "x\n"
  private static final int DATAGRAM6 = 40 + 8 + 2;

  @TempDir Path state;
  private TestNamespace namespace;
  private boolean deletionFails;

  @BeforeEach
  void setUp() {
    namespace = new TestNamespace();
    namespace.run("/usr/sbin/ip link set lo up");
  }

  @AfterEach
  void tearDown() {
    namespace.close();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldCountOnThroughCommits(Variant variant) {
    IptablesNetfilter netfilter = netfilter(variant);
    netfilter.commit(rules(7001), FILTER);
    send("127.0.0.1", 7001, 3);
    send("::1", 7001, 2);

    netfilter.commit(rules(7000, 7001, 7002), FILTER);
    send("127.0.0.1", 7001, 1);
    send("127.0.0.1", 7002, 1);

    assertThat(CountingChains.in(netfilter.read()))
        .isEqualTo(
            Map.of(
                chain(7000),
                KernelCount.ZERO,
                chain(7001),
                new KernelCount(6, 4 * DATAGRAM + 2 * DATAGRAM6),
                chain(7002),
                new KernelCount(1, DATAGRAM)));
    assertThat(netfilter.takeGone()).isEmpty();
    assertThat(netfilter.verify(rules(7000, 7001, 7002)).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldTellTheLastWordOnceAndLeaveForeignCountersAlone(Variant variant) {
    namespace.feed(
        TestNamespace.tool(variant, "iptables", "-restore") + " -c",
        """
        *filter
        :theirs - [0:0]
        [12:3400] -A OUTPUT -p tcp -j theirs
        [5:500] -A theirs -s 192.0.2.0/24
        COMMIT
        """);
    IptablesNetfilter netfilter = netfilter(variant);
    netfilter.commit(rules(7001, 7002), FILTER);
    String before = namespace.foreignParts(variant);
    send("127.0.0.1", 7001, 5);
    send("::1", 7001, 1);
    send("127.0.0.1", 7002, 2);

    netfilter.commit(rules(7002, 7003), FILTER);

    KernelCount last = new KernelCount(6, 5 * DATAGRAM + DATAGRAM6);
    assertThat(netfilter.takeGone()).isEqualTo(Map.of(chain(7001), last));
    assertThat(netfilter.takeGone()).isEmpty();
    assertThat(CountingChains.in(netfilter.read()))
        .containsOnlyKeys(chain(7002), chain(7003))
        .containsEntry(chain(7002), new KernelCount(2, 2 * DATAGRAM));
    assertThat(rulesOf(namespace.foreignParts(variant))).isEqualTo(rulesOf(before));

    netfilter.remove();
    assertThat(netfilter.takeGone())
        .isEqualTo(
            Map.of(chain(7002), new KernelCount(2, 2 * DATAGRAM), chain(7003), KernelCount.ZERO));
    assertThat(netfilter.verify(RuleSet.EMPTY).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldHaveTheNextCommitDeleteWhatOneCouldNot(Variant variant) {
    IptablesNetfilter netfilter = netfilter(variant);
    netfilter.commit(rules(7001, 7002), FILTER);
    send("127.0.0.1", 7001, 4);
    deletionFails = true;

    assertThatThrownBy(() -> netfilter.commit(rules(7002), FILTER))
        .isInstanceOf(NetfilterException.class);

    send("127.0.0.1", 7001, 1);
    send("127.0.0.1", 7002, 1);
    assertThat(netfilter.takeGone()).isEmpty();
    assertThat(netfilter.verify(rules(7002)).differences())
        .containsExactly(
            "ipv4 filter: chain SALLYPORT-R-7001 should not be there",
            "ipv6 filter: chain SALLYPORT-R-7001 should not be there");

    deletionFails = false;
    IptablesNetfilter next = netfilter(variant); // a daemon that knows nothing of the first
    next.commit(rules(7002), FILTER);

    assertThat(next.takeGone())
        .as("it was off its way since the first commit")
        .isEqualTo(Map.of(chain(7001), new KernelCount(4, 4 * DATAGRAM)));
    assertThat(CountingChains.in(next.read()))
        .isEqualTo(Map.of(chain(7002), new KernelCount(1, DATAGRAM)));
    assertThat(next.verify(rules(7002)).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldReadEarlierCountsBeforeAForeignRuleKeepsTheChain(Variant variant) {
    IptablesNetfilter netfilter = netfilter(variant);
    netfilter.commit(rules(7001), FILTER);
    send("127.0.0.1", 7001, 2);
    String iptables = TestNamespace.tool(variant, "iptables", "");
    namespace.run(iptables + " -A OUTPUT -p udp --dport 9 -g SALLYPORT-R-7001");

    assertThatThrownBy(() -> netfilter.commit(rules(), FILTER))
        .hasMessageContaining("-g SALLYPORT-R-7001");

    assertThat(netfilter.takeGone())
        .isEqualTo(Map.of(chain(7001), new KernelCount(2, 2 * DATAGRAM)));
    namespace.run(iptables + " -D OUTPUT -p udp --dport 9 -g SALLYPORT-R-7001");
    netfilter.commit(rules(), FILTER);
    assertThat(netfilter.takeGone()).isEmpty();
    assertThat(netfilter.verify(rules()).differences()).isEmpty();
  }

  private static String rulesOf(String saved) {
    return String.join("\n", saved.lines().filter(line -> line.startsWith("[")).toList());
  }

  private IptablesNetfilter netfilter(Variant variant) {
    CommandRunner runner =
        (command, input) ->
            deletionFails && input.contains("-X SALLYPORT-R-")
                ? FULL
                : namespace.runner().run(command, input);
    return namespace.netfilter(runner, state, Optional.of(variant));
  }

  private static Chain chain(int port) {
    return new Chain("SALLYPORT-R-" + port);
  }

  /** A counting chain for each of some ports, and what they all lead to. */
  private static RuleSet rules(int... ports) {
    Chain out = new Chain("SALLYPORT-OUT");
    Chain end = new Chain("SALLYPORT-END");
    List<Rule> entry = new ArrayList<>();
    List<ChainSpec> chains = new ArrayList<>();
    for (int port : ports) {
      entry.add(
          Rule.of(new Target.GoTo(chain(port)), new DestinationPorts(Protocol.UDP, port, port)));
      chains.add(
          new ChainSpec(
              chain(port),
              List.of(Rule.of(new Target.Count()), Rule.of(new Target.GoTo(end))),
              true));
    }
    chains.add(new ChainSpec(out, entry));
    if (ports.length > 0) {
      chains.add(new ChainSpec(end, List.of(Rule.of(Target.Verdict.RETURN))));
    }
    return new RuleSet(
        Map.of(Table.FILTER, new TableRules(chains, List.of(new BaseJump(BaseChain.OUTPUT, out)))));
  }

  private void send(String address, int port, int times) {
    for (int i = 0; i < times; i++) {
      CommandResult sent =
          namespace
              .runner()
              .run(List.of("/bin/bash", "-c", "echo x >/dev/udp/" + address + "/" + port), "");
      assertThat(sent.exitCode()).as(sent.errors()).isZero();
    }
  }
}
