// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Variant;

/** When a health check starts processes and when it trusts the kernel's counter. */
class WatchTest {

  private static final String NOTHING = "*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
  private static final String STRAY =
      "*filter\n:OUTPUT ACCEPT [0:0]\n:SALLYPORT-OLD - [0:0]\nCOMMIT\n";

  @TempDir Path root;
  private final Movable clock = new Movable();
  private OptionalLong generation = OptionalLong.of(41);
  private String held = NOTHING;
  private int started;

  @BeforeEach
  void install() throws IOException {
    for (String tool : List.of("nft-save", "nft-restore", "legacy-save", "legacy-restore")) {
      Path file = Files.createDirectories(root.resolve("bin")).resolve("iptables-" + tool);
      Files.writeString(file, "");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
  }

  @Test
  void shouldStartNoProcessWhileNothingWasCommitted() {
    IptablesNetfilter netfilter = netfilter(Variant.NFT);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();
    started = 0;

    clock.move(29_999);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();

    assertThat(started).isZero();
  }

  @Test
  void shouldReadWhenSomebodyCommitted() {
    IptablesNetfilter netfilter = netfilter(Variant.NFT);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();

    held = STRAY;
    generation = OptionalLong.of(42);

    assertThat(netfilter.watch(RuleSet.EMPTY).differences())
        .containsExactly("ipv4 filter: chain SALLYPORT-OLD should not be there");
    assertThat(netfilter.watch(RuleSet.EMPTY).holds())
        .as("a difference is never remembered as good")
        .isFalse();
  }

  @Test
  void shouldNotMissACommitMadeDuringTheReading() {
    IptablesNetfilter netfilter = netfilter(Variant.NFT);
    netfilter.read(); // the variant is chosen

    duringReading = () -> generation = OptionalLong.of(42);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();
    held = STRAY;

    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isFalse();
  }

  @Test
  void shouldReadAfterThirtySecondsAndWhenTheClockWentBack() {
    IptablesNetfilter netfilter = netfilter(Variant.NFT);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();
    held = STRAY;

    clock.move(30_000);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isFalse();

    held = NOTHING;
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();
    held = STRAY;
    clock.move(-1);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isFalse();
  }

  @Test
  void shouldReadForOtherRulesAndAfterACommitOfOurs() {
    IptablesNetfilter netfilter = netfilter(Variant.NFT);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();

    assertThat(netfilter.watch(OutputChain.all(1)).holds()).isFalse();

    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();
    netfilter.commit(RuleSet.EMPTY, List.of());
    started = 0;
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();
    assertThat(started).isPositive();
  }

  @Test
  void shouldReadEachTimeWhereTheKernelDoesNotCount() throws IOException {
    Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(root.resolve("proc/net/ip_tables_names"), "filter\n");
    generation = OptionalLong.empty();
    IptablesNetfilter netfilter = netfilter(Variant.NFT);
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isTrue();
    held = STRAY;
    assertThat(netfilter.watch(RuleSet.EMPTY).holds()).isFalse();

    generation = OptionalLong.of(1);
    held = NOTHING;
    IptablesNetfilter legacy = netfilter(Variant.LEGACY);
    assertThat(legacy.watch(RuleSet.EMPTY).holds()).isTrue();
    held = STRAY;
    assertThat(legacy.watch(RuleSet.EMPTY).holds()).isFalse();
  }

  private Runnable duringReading = () -> {};

  private IptablesNetfilter netfilter(Variant variant) {
    Iptables tools = new Iptables(this::answer, root.resolve("bin"));
    return new IptablesNetfilter(
        new VariantChoice(tools, root.resolve("proc"), Optional.of(variant)),
        new Journal(root.resolve("state")),
        clock,
        () -> generation);
  }

  private CommandResult answer(List<String> command, String input) {
    started++;
    duringReading.run();
    return new CommandResult(0, held, "");
  }

  /** A wall clock that is set by hand. */
  private static final class Movable extends Clock {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    void move(long byMs) {
      now = now.plusMillis(byMs);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
