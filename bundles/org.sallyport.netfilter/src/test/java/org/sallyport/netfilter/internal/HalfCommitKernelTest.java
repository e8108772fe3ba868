// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;

/** What a real kernel holds when one of the two families cannot be written; needs root. */
class HalfCommitKernelTest {

  private static final CommandResult FULL = new CommandResult(1, "", "Cannot allocate memory");

  @TempDir Path state;
  private TestNamespace namespace;
  private boolean ipv6Fails = true;

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
  void shouldKeepBothGatesWhenACommitFailsBetweenTheFamilies(Variant variant) {
    namespace.netfilter(state, Optional.of(variant)).commit(OutputChain.all(1), OutputChain.ARMING);
    IptablesNetfilter netfilter = failing(variant);

    assertThatThrownBy(() -> netfilter.commit(OutputChain.all(2), OutputChain.ARMING))
        .hasMessageContaining("ip6tables-")
        .hasMessageEndingWith("; changed before that: ipv4 filter");

    assertThat(netfilter.verify(OutputChain.all(1)).differences())
        .as("only the generation of one family moved: flows there are asked about again")
        .isNotEmpty()
        .allMatch(difference -> difference.startsWith("ipv4 filter: rule"));
    assertThat(netfilter.verify(OutputChain.all(2)).differences())
        .isNotEmpty()
        .allMatch(difference -> difference.startsWith("ipv6 filter: rule"));
    assertThat(netfilter.unfinished()).isPresent();

    ipv6Fails = false;
    netfilter.commit(OutputChain.all(2), OutputChain.ARMING);
    assertThat(netfilter.verify(OutputChain.all(2)).differences()).isEmpty();
    assertThat(netfilter.unfinished()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldLeaveTheQueueButNoGateWhenTheFirstArmingFails(Variant variant) {
    IptablesNetfilter netfilter = failing(variant);

    assertThatThrownBy(() -> netfilter.commit(OutputChain.all(1), OutputChain.ARMING))
        .hasMessageEndingWith("; changed before that: ipv4 filter");

    assertThat(netfilter.read().table(Family.IPV4, Table.FILTER).ours()).hasSize(1);
    assertThat(netfilter.read().table(Family.IPV4, Table.MANGLE).ours())
        .as("a gate without the marks it asks for would refuse everything")
        .isEmpty();
    ipv6Fails = false;
    netfilter.remove();
    assertThat(netfilter.verify(RuleSet.EMPTY).differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldChangeNothingWhereIp6tablesIsMissing(Variant variant) throws IOException {
    Path folder = folderWithoutIp6tables(variant);
    IptablesNetfilter netfilter = in(folder, namespace.proc(), variant);

    assertThatThrownBy(() -> netfilter.commit(OutputChain.all(1), OutputChain.ARMING))
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOOL_MISSING))
        .hasMessageContaining("ip6tables-");

    assertThat(namespace.run(TestNamespace.tool(variant, "iptables", "-save")))
        .doesNotContain("SALLYPORT");
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldDoWithoutIp6tablesOnAKernelWithoutIpv6(Variant variant) throws IOException {
    Path proc = Files.createDirectories(state.resolve("proc"));
    Path names = proc.resolve("net/ip_tables_names");
    IptablesNetfilter netfilter = in(folderWithoutIp6tables(variant), proc, variant);
    Files.createDirectories(names.getParent());
    Files.writeString(names, "filter\nraw\nmangle\n");

    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);

    assertThat(netfilter.families()).containsExactly(Family.IPV4);
    assertThat(netfilter.verify(OutputChain.all(1)).differences()).isEmpty();
    assertThat(namespace.run(TestNamespace.tool(variant, "ip6tables", "-save")))
        .doesNotContain("SALLYPORT");
    netfilter.remove();
    assertThat(netfilter.verify(RuleSet.EMPTY).differences()).isEmpty();
  }

  @Test
  void shouldNotTouchTheOldVariantAfterAHalfCommit() {
    namespace
        .netfilter(state, Optional.of(Variant.LEGACY))
        .commit(OutputChain.all(1), OutputChain.ARMING);
    IptablesNetfilter netfilter = failing(Variant.NFT);

    assertThatThrownBy(() -> netfilter.commit(OutputChain.all(2), OutputChain.ARMING))
        .isInstanceOf(NetfilterException.class);

    assertThat(
            namespace
                .netfilter(state, Optional.of(Variant.LEGACY))
                .verify(OutputChain.all(1))
                .differences())
        .isNotEmpty()
        .allMatch(difference -> difference.startsWith("iptables-nft holds our "));
  }

  private IptablesNetfilter failing(Variant variant) {
    CommandRunner runner =
        (command, input) ->
            ipv6Fails && command.get(0).equals(TestNamespace.tool(variant, "ip6tables", "-restore"))
                ? FULL
                : namespace.runner().run(command, input);
    return namespace.netfilter(runner, state, Optional.of(variant));
  }

  private IptablesNetfilter in(Path folder, Path proc, Variant variant) {
    Iptables tools = new Iptables(namespace.runner(), folder);
    return new IptablesNetfilter(
        new VariantChoice(tools, proc, Optional.of(variant)),
        new Journal(state),
        Clock.systemUTC(),
        OptionalLong::empty);
  }

  private Path folderWithoutIp6tables(Variant variant) throws IOException {
    Path folder = Files.createDirectories(state.resolve("bin"));
    for (String suffix : List.of("-save", "-restore")) {
      Path tool = Path.of(TestNamespace.tool(variant, "iptables", suffix));
      Path script = folder.resolve(tool.getFileName());
      Files.writeString(script, "#!/bin/sh\nexec " + tool + " \"$@\"\n");
      assertThat(script.toFile().setExecutable(true)).isTrue();
    }
    return folder;
  }
}
