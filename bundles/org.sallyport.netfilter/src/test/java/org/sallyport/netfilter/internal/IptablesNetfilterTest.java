// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.JournalEntry;
import org.sallyport.netfilter.JournalEntry.Operation;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;

/** Failures that a healthy kernel does not show, played by a runner with prepared answers. */
class IptablesNetfilterTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String EMPTY = "*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";

  @TempDir Path root;
  private final List<String> commands = new ArrayList<>();
  private final Deque<CommandResult> answers = new ArrayDeque<>();
  private IptablesNetfilter netfilter;

  @BeforeEach
  void setUp() throws IOException {
    for (String tool : List.of("iptables-nft-save", "iptables-nft-restore", "ip")) {
      tool(tool);
    }
    netfilter = netfilter(root.resolve("state"));
  }

  @Test
  void shouldWriteIpv4AloneOnAKernelWithoutIpv6() throws IOException {
    assertThat(netfilter.families()).containsExactly(Family.IPV4);

    Files.createDirectories(root.resolve("proc/sys/net/ipv6"));
    assertThat(netfilter.families()).containsExactly(Family.IPV4, Family.IPV6);
  }

  @Test
  void shouldSayWhatToInstall() {
    IptablesNetfilter without =
        new IptablesNetfilter(
            new Iptables(this::answer, root.resolve("nowhere")),
            root,
            new Journal(root),
            Clock.systemUTC());

    assertThatThrownBy(without::read)
        .hasMessageEndingWith(
            "iptables-nft-save is not there; install the Debian package iptables");
  }

  @Test
  void shouldLeaveTheJournalWhenIptablesRefuses() {
    answers.add(new CommandResult(0, EMPTY, ""));
    answers.add(new CommandResult(4, "", "iptables: \nline 2: RULE_APPEND failed (x): rule"));

    assertThatThrownBy(() -> netfilter.commit(OutputChain.filterOnly(1), List.of(Table.FILTER)))
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("near line 2 ':SALLYPORT-OUT - [0:0]'");

    assertThat(netfilter(root.resolve("state")).unfinished())
        .contains(new JournalEntry(Operation.COMMIT, NOW, List.of(Table.FILTER)));
  }

  @Test
  void shouldChangeNothingWhenTheJournalCannotBeWritten() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");

    assertThatThrownBy(() -> netfilter(file).commit(RuleSet.EMPTY, List.of(Table.FILTER)))
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.JOURNAL));
    assertThat(commands).isEmpty();
  }

  @Test
  void shouldReportWhatTheKernelDoesNotHoldAfterACommit() {
    answers.add(new CommandResult(0, EMPTY, ""));
    answers.add(new CommandResult(0, "", ""));
    answers.add(new CommandResult(0, EMPTY, ""));

    assertThatThrownBy(() -> netfilter.commit(OutputChain.filterOnly(1), List.of(Table.FILTER)))
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.READ_BACK))
        .hasMessageContaining("chain SALLYPORT-OUT is missing");
    assertThat(netfilter.unfinished()).isPresent();
  }

  @Test
  void shouldUseOneProcessForTheCommitAndOneForTheReadBack() {
    String held = "*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
    answers.add(new CommandResult(0, held, ""));
    answers.add(new CommandResult(0, held, ""));
    netfilter.commit(RuleSet.EMPTY, List.of(Table.FILTER));
    commands.clear();

    answers.add(new CommandResult(0, held, ""));
    netfilter.commit(RuleSet.EMPTY, List.of(Table.FILTER));

    assertThat(commands).containsExactly("iptables-nft-save -c -t filter");
    assertThat(netfilter.unfinished()).isEmpty();
  }

  @Test
  void shouldNotTakeHalfAPictureForAWhole() {
    for (String garbage :
        List.of(
            "*filter\n:OUTPUT ACCEPT [0:0]\n",
            "COMMIT\n",
            "*filter\n-A NOWHERE -j ACCEPT\nCOMMIT\n",
            "*filter\n:OUTPUT\nCOMMIT\n",
            "*filter\n*raw\n",
            "Segmentation fault\n")) {
      answers.add(new CommandResult(0, garbage, ""));
      assertThatThrownBy(netfilter::read)
          .isInstanceOfSatisfying(
              NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.GARBLED));
    }
  }

  @Test
  void shouldNameTheReasonOfAFailure() {
    fails("Could not fetch rule set generation id: Permission denied", Kind.PERMISSION);
    fails("Another app is currently holding the xtables lock", Kind.LOCKED);
    fails("Couldn't load match `owner':No such file or directory", Kind.KERNEL);
    fails("can't initialize table: Table does not exist (do you need to insmod?)", Kind.KERNEL);
    fails("\u001b[31mwhatever\u202e", Kind.REFUSED);
    answers.add(new CommandResult(0, "# Table `filter' is incompatible, use 'nft' tool.\n", ""));
    assertThatThrownBy(netfilter::read)
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPATIBLE_TABLE));
  }

  @Test
  void shouldLookAtLegacyTablesWhereTheyAreInUse() throws IOException {
    Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(root.resolve("proc/net/ip_tables_names"), "mangle\n");
    tool("iptables-legacy-save");
    tool("iptables-legacy-restore");
    CommandResult nft = new CommandResult(0, EMPTY, "");
    CommandResult legacy =
        new CommandResult(0, "*mangle\n:A - [0:0]\n-A A -j CONNMARK --save-mark\nCOMMIT\n", "");
    answers.addAll(List.of(nft, legacy)); // to choose
    answers.addAll(List.of(legacy, nft)); // to scan
    answers.add(new CommandResult(0, "0:\tfrom all lookup local\n", ""));

    assertThat(netfilter.markConflicts(0x1000_0000L))
        .containsExactly(
            new MarkConflict(
                MarkConflict.Kind.LEGACY_RULE,
                Family.IPV4,
                0xffff_ffffL,
                "mangle A: -j CONNMARK --save-mark"));
  }

  private void fails(String errors, Kind kind) {
    answers.add(new CommandResult(1, "", errors));
    assertThatThrownBy(netfilter::read)
        .isInstanceOfSatisfying(
            NetfilterException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.getMessage()).doesNotContainPattern("[\\p{C}]");
            });
  }

  private IptablesNetfilter netfilter(Path state) {
    return new IptablesNetfilter(
        new Iptables(this::answer, root.resolve("bin")),
        root.resolve("proc"),
        new Journal(state),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private void tool(String name) throws IOException {
    Path file = Files.createDirectories(root.resolve("bin")).resolve(name);
    Files.writeString(file, "");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private CommandResult answer(List<String> command, String input) {
    String name = Path.of(command.get(0)).getFileName().toString();
    commands.add(String.join(" ", name, String.join(" ", command.subList(1, command.size()))));
    return answers.remove();
  }
}
