// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;
import org.sallyport.netfilter.VariantUse;

/** Both variants of iptables side by side in one real kernel; needs root. */
class VariantKernelTest {

  @TempDir Path state;
  private TestNamespace namespace;

  @BeforeEach
  void setUp() {
    namespace = new TestNamespace();
  }

  @AfterEach
  void tearDown() {
    namespace.close();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldJoinWhoeverHasRulesAlready(Variant variant) {
    tool(variant, "ip6tables", "-t nat -A OUTPUT -p udp -j RETURN");
    IptablesNetfilter netfilter = namespace.netfilter(state);

    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);

    assertThat(netfilter.variant().sentences())
        .containsExactly(
            "rules are written with "
                + variant.label()
                + ": it holds 1 foreign rule, "
                + variant.other().label()
                + " none",
            variant.other().label() + " holds no rules");
    assertThat(namespace.run(TestNamespace.tool(variant, "iptables", "-save")))
        .contains("-A OUTPUT -j SALLYPORT-OUT");
  }

  @Test
  void shouldMakeNoLegacyTableByLooking() throws IOException {
    IptablesNetfilter netfilter = namespace.netfilter(state, Optional.of(Variant.LEGACY));

    netfilter.read();
    netfilter.variant();
    netfilter.verify(RuleSet.EMPTY);
    netfilter.markConflicts(OutputChain.MASK);
    netfilter.commit(RuleSet.EMPTY, List.of(Table.SECURITY));
    namespace.netfilter(state).markConflicts(OutputChain.MASK);

    assertThat(namespace.proc().resolve("net/ip_tables_names")).isEmptyFile();
    assertThat(namespace.proc().resolve("net/ip6_tables_names")).isEmptyFile();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldMoveToTheOtherVariantWithoutAMomentWithoutGate(Variant old) {
    Variant next = old.other();
    tool(old, "iptables", "-A OUTPUT -p tcp -j ACCEPT");
    namespace.netfilter(state, Optional.of(old)).commit(OutputChain.all(1), OutputChain.ARMING);
    String foreign = namespace.foreignParts(old);
    List<String> missing = new ArrayList<>();
    List<String> removals = new ArrayList<>();
    CommandRunner spy =
        (command, input) -> {
          if (command.get(0).equals(TestNamespace.tool(old, "iptables", "-restore"))) {
            removals.add(input);
            missing.addAll(unlike(next, OutputChain.all(2)));
          }
          return namespace.runner().run(command, input);
        };
    IptablesNetfilter netfilter = namespace.netfilter(spy, state, Optional.of(next));
    assertThat(netfilter.readOther())
        .isEqualTo(namespace.netfilter(state, Optional.of(old)).read());
    assertThat(netfilter.variant().problems())
        .singleElement()
        .asString()
        .startsWith(old.label() + " still holds chains of ours (ipv4 ");

    netfilter.commit(OutputChain.all(2), OutputChain.ARMING);

    assertThat(removals).isNotEmpty().noneMatch(text -> text.contains("-I "));
    assertThat(missing).as("differences when the old rules began to go").isEmpty();
    assertThat(netfilter.verify(OutputChain.all(2)).differences()).isEmpty();
    assertThat(namespace.foreignParts(old)).isEqualTo(foreign);
    assertThat(unlike(old, RuleSet.EMPTY)).isEmpty();
    VariantUse use = netfilter.variant();
    assertThat(use.problems()).isEmpty();
    assertThat(use.findings())
        .containsExactly(old.label() + " holds 1 foreign rule, which packets pass too");
  }

  @Test
  void shouldKeepTheOldRulesUntilTheWholeSetWasCommitted() {
    namespace
        .netfilter(state, Optional.of(Variant.LEGACY))
        .commit(OutputChain.all(1), OutputChain.ARMING);
    IptablesNetfilter netfilter = namespace.netfilter(state, Optional.of(Variant.NFT));

    netfilter.commit(OutputChain.all(2), List.of(Table.FILTER));

    assertThat(unlike(Variant.LEGACY, OutputChain.all(1))).isEmpty();
    assertThat(netfilter.verify(OutputChain.all(2)).differences())
        .contains("iptables-legacy holds our ipv6 mangle SALLYPORT-GATE");
    netfilter.commit(OutputChain.all(2), OutputChain.ARMING);
    assertThat(netfilter.verify(OutputChain.all(2)).differences()).isEmpty();
  }

  @Test
  void shouldReportOldRulesThatCannotBeDeletedAndGoOn() {
    namespace
        .netfilter(state, Optional.of(Variant.LEGACY))
        .commit(OutputChain.all(1), OutputChain.ARMING);
    tool(Variant.LEGACY, "iptables", "-A OUTPUT -p tcp -j SALLYPORT-OUT");
    IptablesNetfilter netfilter = namespace.netfilter(state, Optional.of(Variant.NFT));

    netfilter.commit(OutputChain.all(2), OutputChain.ARMING);

    assertThat(netfilter.variant().problems())
        .containsExactly(
            "iptables-legacy still holds chains of ours (ipv4 filter SALLYPORT-OUT); they could"
                + " not be deleted: foreign rules lead into them:"
                + " ipv4 filter OUTPUT: -p tcp -j SALLYPORT-OUT");
    assertThat(netfilter.verify(OutputChain.all(2)).differences()).isEmpty();
    assertThat(netfilter.unfinished()).isEmpty();
    assertThatThrownBy(netfilter::remove)
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FOREIGN_REFERENCE));
  }

  @Test
  void shouldRemoveFromBothVariants() {
    for (Variant variant : Variant.values()) {
      namespace
          .netfilter(state, Optional.of(variant))
          .commit(OutputChain.filterOnly(1), List.of(Table.SECURITY));
      tool(variant, "ip6tables", "-t mangle -N SALLYPORT-GATE");
    }

    namespace.netfilter(state).remove();

    for (Variant variant : Variant.values()) {
      assertThat(namespace.run(TestNamespace.tool(variant, "iptables", "-save")))
          .doesNotContain("SALLYPORT");
      assertThat(namespace.run(TestNamespace.tool(variant, "ip6tables", "-save")))
          .doesNotContain("SALLYPORT");
    }
  }

  @Test
  void shouldRemoveFromTheOtherVariantEvenIfTheFirstFails() {
    for (Variant variant : Variant.values()) {
      tool(variant, "iptables", "-N SALLYPORT-OUT");
    }
    CommandRunner failing =
        (command, input) ->
            command.get(0).endsWith("nft-restore")
                ? new CommandResult(4, "", "Permission denied")
                : namespace.runner().run(command, input);
    IptablesNetfilter netfilter = namespace.netfilter(failing, state, Optional.of(Variant.NFT));

    assertThatThrownBy(netfilter::remove).hasMessageContaining("Permission denied");

    assertThat(unlike(Variant.LEGACY, RuleSet.EMPTY)).isEmpty();
    assertThat(netfilter.unfinished()).isPresent();
  }

  /** How one variant alone differs from a rule set, without looking at the other. */
  private List<String> unlike(Variant variant, RuleSet rules) {
    VariantTables tables = new VariantTables(variant, namespace.iptables(), namespace.proc());
    VariantWriter writer = new VariantWriter(tables);
    return writer.differences(rules, writer.read());
  }

  private void tool(Variant variant, String plain, String arguments) {
    namespace.run(TestNamespace.tool(variant, plain, "") + " " + arguments);
  }
}
