// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;

/** All hooks of all tables, with the rules of arriving packets, in a real kernel; needs root. */
class InboundChainKernelTest {

  @TempDir Path state;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldHoldAChainAtEachHookOfEachTable(Variant variant) {
    try (TestNamespace namespace = new TestNamespace()) {
      IptablesNetfilter netfilter = namespace.netfilter(state, Optional.of(variant));
      netfilter.commit(InboundChain.all(), InboundChain.ARMING);

      assertThat(netfilter.verify(InboundChain.all()).differences()).isEmpty();
      for (Family family : Family.values()) {
        for (Table table : Table.values()) {
          assertThat(netfilter.read().table(family, table).ours())
              .hasSameSizeAs(table.baseChains());
        }
      }

      namespace.run(
          TestNamespace.tool(variant, "ip6tables", "")
              + " -t security -D SALLYPORT-INPUT -p 47 -j RETURN");
      assertThat(netfilter.verify(InboundChain.all()).differences())
          .anyMatch(d -> d.startsWith("ipv6 security: rule"));
      netfilter.commit(InboundChain.all(), InboundChain.ARMING);
      assertThat(netfilter.verify(InboundChain.all()).differences()).isEmpty();

      netfilter.remove();
      assertThat(netfilter.verify(RuleSet.EMPTY).differences()).isEmpty();
      assertThat(netfilter.read().table(Family.IPV4, Table.SECURITY).chain("INPUT")).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldPutTheJumpAheadOfForeignRulesAtEachHook(Variant variant) {
    try (TestNamespace namespace = new TestNamespace()) {
      IptablesNetfilter netfilter = namespace.netfilter(state, Optional.of(variant));
      namespace.run(
          TestNamespace.tool(variant, "iptables", "") + " -t security -A INPUT -p gre -j ACCEPT");
      namespace.run(TestNamespace.tool(variant, "iptables", "") + " -A FORWARD -i eth1 -j ACCEPT");

      netfilter.commit(InboundChain.all(), InboundChain.ARMING);

      assertThat(first(netfilter, Table.SECURITY, BaseChain.INPUT)).isEqualTo("-j SALLYPORT-INPUT");
      assertThat(first(netfilter, Table.FILTER, BaseChain.FORWARD))
          .isEqualTo("-j SALLYPORT-FORWARD");
    }
  }

  private static String first(IptablesNetfilter netfilter, Table table, BaseChain base) {
    return netfilter
        .read()
        .table(Family.IPV4, table)
        .chain(base.name())
        .orElseThrow()
        .rules()
        .get(0)
        .text();
  }
}
