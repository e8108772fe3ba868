// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.Variant;

/** Which variant is chosen, on hosts that the tests make up. */
class VariantChoiceTest {

  private static final String NOTHING = "*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
  private static final String FOREIGN =
      "*nat\n:OUTPUT ACCEPT [0:0]\n[0:0] -A OUTPUT -j RETURN\nCOMMIT\n";
  private static final String OURS =
      """
      *filter
      :OUTPUT ACCEPT [0:0]
      :SALLYPORT-OUT - [0:0]
      [0:0] -A OUTPUT -j SALLYPORT-OUT
      [0:0] -A SALLYPORT-OUT -j DROP
      COMMIT
      """;

  @TempDir Path root;
  private CommandResult nft = new CommandResult(0, NOTHING, "");
  private CommandResult legacy = new CommandResult(0, NOTHING, "");

  @BeforeEach
  void installBoth() throws IOException {
    for (String tool : List.of("nft-save", "nft-restore", "legacy-save", "legacy-restore")) {
      Path file = Files.createDirectories(root.resolve("bin")).resolve("iptables-" + tool);
      Files.writeString(file, "");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(root.resolve("proc/net/ip_tables_names"), "filter\n");
  }

  @Test
  void shouldTakeTheVariantThatHoldsForeignRules() {
    legacy = new CommandResult(0, FOREIGN, "");
    expect(Variant.LEGACY, "it holds 1 foreign rule, iptables-nft none");

    legacy = new CommandResult(0, NOTHING, "");
    nft = new CommandResult(0, FOREIGN, "");
    expect(Variant.NFT, "it holds 1 foreign rule, iptables-legacy none");
  }

  @Test
  void shouldCountAPolicyAsAForeignRuleAndOurOwnRulesNot() {
    nft = new CommandResult(0, OURS, "");
    legacy = new CommandResult(0, "*filter\n:INPUT DROP [0:0]\nCOMMIT\n", "");

    expect(Variant.LEGACY, "it holds 1 foreign rule, iptables-nft none");
  }

  @Test
  void shouldTakeWhatIptablesStandsForIfRulesDoNotTell() throws IOException {
    Path plain = root.resolve("bin/iptables");
    expect(
        Variant.NFT, "no variant holds foreign rules, and " + plain + " stands for iptables-nft");

    Path multi = Files.writeString(root.resolve("bin/xtables-legacy-multi"), "");
    Files.createSymbolicLink(root.resolve("alternative"), multi);
    Files.createSymbolicLink(plain, root.resolve("alternative"));
    nft = new CommandResult(0, FOREIGN, "");
    legacy = nft;
    expect(
        Variant.LEGACY,
        "both variants hold foreign rules, and " + plain + " stands for iptables-legacy");
  }

  @Test
  void shouldTakeTheOnlyOneInstalled() throws IOException {
    Files.delete(root.resolve("bin/iptables-nft-restore"));

    VariantChoice.Outcome outcome = expect(Variant.LEGACY, "iptables-nft is not installed");
    assertThat(outcome.other()).isEmpty();
  }

  @Test
  void shouldTakeTheOnlyOneThatCanBeUsed() {
    nft = new CommandResult(0, "# Table `filter' is incompatible, use 'nft' tool.\n", "");
    expect(Variant.LEGACY, "iptables-nft cannot be used here");

    nft = new CommandResult(1, "", "Failed to initialize nft: (Protocol not supported)");
    expect(Variant.LEGACY, "iptables-nft cannot be used here");

    legacy = new CommandResult(1, "", "Table does not exist (do you need to insmod?)");
    assertThat(choice(Optional.empty()).make().reason()).startsWith("no variant can be used here");
  }

  @Test
  void shouldNotChooseWhileAVariantCannotBeReadForTheMoment() {
    legacy = new CommandResult(4, "", "Another app is currently holding the xtables lock");

    assertThatThrownBy(() -> choice(Optional.empty()).make())
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED));
  }

  @Test
  void shouldObeyTheSetting() {
    nft = new CommandResult(0, FOREIGN, "");

    VariantChoice.Outcome outcome = choice(Optional.of(Variant.LEGACY)).make();

    assertThat(outcome.used().variant()).isEqualTo(Variant.LEGACY);
    assertThat(outcome.reason()).isEqualTo("the setting iptables.variant says so");
  }

  private VariantChoice.Outcome expect(Variant variant, String reason) {
    VariantChoice.Outcome outcome = choice(Optional.empty()).make();
    assertThat(outcome.reason()).isEqualTo(reason);
    assertThat(outcome.used().variant()).isEqualTo(variant);
    return outcome;
  }

  private VariantChoice choice(Optional<Variant> forced) {
    CommandRunner runner = (command, input) -> command.get(0).contains("-nft-") ? nft : legacy;
    return new VariantChoice(
        new Iptables(runner, root.resolve("bin")), root.resolve("proc"), forced);
  }
}
