// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.frame.Section;

class ChainsTest {

  private static final String SAVE =
      "SALLYPORT-GATE -m mark --mark 0x20000000/0x20000000"
          + " -j CONNMARK --save-mark --nfmask 0x7fff0000 --ctmask 0xffff0000";
  private static final String GATE =
      "SALLYPORT-GATE -m mark --mark 0x10000000/0x10000000"
          + " -m comment --comment \"the gate\" -j DROP";

  private static final String CUT =
      " -m connmark --mark 0x80000000/0x80000000 -m conntrack --ctdir REPLY"
          + " -m comment --comment \"its flow was revoked\" -j DROP";
  static final String REWRITTEN =
      "SALLYPORT-OUT -m conntrack --ctstate DNAT --ctdir ORIGINAL"
          + " -m comment --comment \"not what was asked for\""
          + " -j MARK --set-xmark 0x80000000/0x80000000";
  private static final Chain OUT_SAFE = new Chain("SALLYPORT-OUT-SAFE");

  private static ChainOrder order(Mode mode, boolean loopback, Choice withoutListener) {
    return order(mode, loopback, withoutListener, Set.of(Direction.OUT));
  }

  private static ChainOrder order(
      Mode mode, boolean loopback, Choice withoutListener, Set<Direction> hooked) {
    MarkLayout marks = new MarkLayout(MarkLayout.DEFAULT_MASK);
    return new ChainOrder(
        marks,
        mode,
        5,
        loopback,
        withoutListener,
        Choice.APPLY,
        hooked,
        List.of(new Section.Queue(33)));
  }

  private static List<String> lines(RuleSet rules, Table table, Family family) {
    return rules.table(table).chains().stream()
        .filter(chain -> !chain.chain().name().endsWith("-SAFE"))
        .flatMap(chain -> chain.texts(family).stream().map(text -> chain.chain() + " " + text))
        .toList();
  }

  private static List<String> lines(ChainOrder order) {
    RuleSet rules = Chains.of(order);
    return Stream.of(Table.RAW, Table.FILTER, Table.MANGLE, Table.SECURITY)
        .flatMap(table -> lines(rules, table, Family.IPV4).stream())
        .toList();
  }

  @Test
  void shouldEnforceWithAGateAndWithoutBypass() {
    assertThat(lines(order(Mode.ENFORCE, false, Choice.DROP_NEW)))
        .containsExactly(
            "SALLYPORT-MARK -j MARK --set-xmark 0x10000000/0xffff0000",
            "SALLYPORT-OUT -m mark --mark 0x80000000/0x80000000 -g SALLYPORT-OUT-BACK",
            "SALLYPORT-OUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN"
                + " -m connmark --mark 0x20050000/0xffff0000"
                + " -m conntrack --ctstate ESTABLISHED --ctdir ORIGINAL"
                + " -j MARK --set-xmark 0x20050000/0xffff0000",
            "SALLYPORT-OUT -m mark --mark 0x20000000/0x20000000 -j RETURN",
            "SALLYPORT-OUT -o lo -m conntrack ! --ctstate DNAT -m comment --comment \"loopback is not judged\""
                + " -j MARK --set-xmark 0x40000000/0xffff0000",
            "SALLYPORT-OUT" + CUT,
            "SALLYPORT-OUT -m conntrack --ctdir REPLY --ctstate ESTABLISHED"
                + " -m comment --comment \"answers follow their flow\""
                + " -j MARK --set-xmark 0x40000000/0xffff0000",
            "SALLYPORT-OUT -m mark ! --mark 0x40000000/0xffff0000 -j SALLYPORT-OUT-SAFE",
            "SALLYPORT-OUT -m mark --mark 0x40000000/0xffff0000 -j RETURN",
            "SALLYPORT-OUT -m comment --comment \"counts only if the queue lets it go on\""
                + " -j MARK --set-xmark 0x20050000/0xffff0000",
            REWRITTEN,
            "SALLYPORT-OUT -j NFQUEUE --queue-num 33",
            "SALLYPORT-OUT-BACK -m mark --mark 0x20000000/0x20000000"
                + " -m comment --comment \"allowed, and rewritten\" -j RETURN",
            "SALLYPORT-OUT-BACK -g SALLYPORT-REFUSE",
            "SALLYPORT-REFUSE -p tcp -j REJECT --reject-with tcp-reset",
            "SALLYPORT-REFUSE -j REJECT --reject-with icmp-admin-prohibited",
            "SALLYPORT-CUT" + CUT,
            GATE,
            SAVE);
  }

  @Test
  void shouldJudgeWhatArrivesBetweenMangleAndSecurity() {
    List<String> lines =
        lines(order(Mode.ENFORCE, false, Choice.DROP_NEW, Set.of(Direction.OUT, Direction.IN)));
    assertThat(lines)
        .containsSubsequence(
            "SALLYPORT-IN -m mark --mark 0x80000000/0x80000000 -j SALLYPORT-REFUSE",
            "SALLYPORT-IN -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN"
                + " -m connmark --mark 0x40050000/0xffff0000"
                + " -m conntrack --ctstate ESTABLISHED --ctdir ORIGINAL"
                + " -j MARK --set-xmark 0x40050000/0xffff0000",
            "SALLYPORT-IN -m mark --mark 0x40000000/0x40000000 -j RETURN",
            "SALLYPORT-IN -i lo -m comment --comment \"loopback is not judged\""
                + " -j MARK --set-xmark 0x20000000/0xffff0000",
            "SALLYPORT-IN -m conntrack --ctdir REPLY --ctstate ESTABLISHED"
                + " -m comment --comment \"answers follow their flow\""
                + " -j MARK --set-xmark 0x20000000/0xffff0000",
            "SALLYPORT-IN -m mark ! --mark 0x20000000/0xffff0000 -j SALLYPORT-IN-SAFE",
            "SALLYPORT-IN -m mark --mark 0x20000000/0xffff0000 -j RETURN",
            "SALLYPORT-IN -m comment --comment \"counts only if the queue lets it go on\""
                + " -j MARK --set-xmark 0x40050000/0xffff0000",
            "SALLYPORT-IN -j NFQUEUE --queue-num 33")
        .containsSubsequence(
            "SALLYPORT-MARK-IN" + CUT,
            "SALLYPORT-MARK-IN -j MARK --set-xmark 0x10000000/0xffff0000",
            GATE.replace("GATE", "GATE-IN"),
            SAVE.replace("GATE", "GATE-IN").replace("0x20000000/0x2", "0x40000000/0x4"));
  }

  @Test
  void shouldKeepBothProofsOfFlowsWithinThisHost() {
    List<String> lines =
        lines(order(Mode.ENFORCE, true, Choice.DROP_NEW, Set.of(Direction.OUT, Direction.IN)));
    assertThat(lines)
        .contains(
            "SALLYPORT-OUT -o lo -m connmark --mark 0x40050000/0xffff0000"
                + " -j MARK --set-xmark 0x60050000/0xffff0000",
            "SALLYPORT-IN -i lo -m connmark --mark 0x20050000/0xffff0000"
                + " -j MARK --set-xmark 0x60050000/0xffff0000");
  }

  /** R is set where it means a rewritten destination, and nowhere else; no connection gets it. */
  @Test
  void shouldSayOfWhatLeavesAloneThatItWasRewrittenAndNeverOfAConnection() {
    for (Mode mode : Mode.values()) {
      List<String> lines = lines(order(mode, true, Choice.DROP_NEW, Set.of(Direction.values())));
      assertThat(lines)
          .filteredOn(line -> line.contains("--set-xmark 0x8") || line.contains("DNAT"))
          .containsExactly(REWRITTEN);
      assertThat(lines).filteredOn(line -> line.contains("CONNMARK")).hasSize(2);
      assertThat(lines)
          .filteredOn(line -> line.contains("CONNMARK"))
          .allMatch(line -> line.contains("--save-mark --nfmask 0x7fff0000 --ctmask 0xffff0000"));
      assertThat(lines.get(lines.indexOf(REWRITTEN) + 1)).contains("-j NFQUEUE");
    }
  }

  @Test
  void shouldLetTheKernelGoOnWithWhatIsRoutedThrough() {
    List<String> lines =
        lines(
            order(Mode.ENFORCE, false, Choice.DROP_NEW, Set.of(Direction.OUT, Direction.FORWARD)));
    assertThat(lines)
        .contains(
            "SALLYPORT-FWD ! -p tcp -m connmark --mark 0x60050000/0xffff0000"
                + " -m conntrack --ctdir ORIGINAL -j MARK --set-xmark 0x60050000/0xffff0000",
            "SALLYPORT-FWD -j NFQUEUE --queue-num 33",
            "SALLYPORT-MARK-FWD" + CUT,
            GATE.replace("GATE", "GATE-FWD"));
  }

  @Test
  void shouldNeitherGateNorBlockWhileObserving() {
    List<String> lines = lines(order(Mode.OBSERVE, false, Choice.DROP_ALL));
    assertThat(lines).contains("SALLYPORT-OUT -j NFQUEUE --queue-num 33 --queue-bypass", SAVE);
    assertThat(lines).doesNotContain(GATE);
    assertThat(lines)
        .as("a revocation would outlive the daemon")
        .noneMatch(line -> line.contains("revoked"));
  }

  @Test
  void shouldOpenWhenNobodyListensIfThatWasChosen() {
    List<String> lines = lines(order(Mode.ENFORCE, false, Choice.ACCEPT));
    assertThat(lines).contains("SALLYPORT-OUT -j NFQUEUE --queue-num 33 --queue-bypass");
    assertThat(lines).doesNotContain(GATE);
  }

  @Test
  void shouldHaveEstablishedConnectionsNeedAListenerUnderDropAll() {
    assertThat(lines(order(Mode.ENFORCE, true, Choice.DROP_ALL)))
        .contains(GATE, "SALLYPORT-OUT -j NFQUEUE --queue-num 33")
        .noneMatch(line -> line.contains("connmark --mark 0x2"))
        .noneMatch(line -> line.contains("-o lo"));
  }

  @Test
  void shouldLetThroughNoMoreThanTheSafeSet() {
    RuleSet rules = Chains.of(order(Mode.ENFORCE, false, Choice.DROP_NEW));
    for (Family family : Family.values()) {
      List<String> safe =
          rules.table(Table.FILTER).chains().stream()
              .filter(chain -> chain.chain().equals(OUT_SAFE))
              .flatMap(chain -> chain.texts(family).stream())
              .toList();
      assertThat(safe)
          .allMatch(
              line ->
                  line.contains("! --uid-owner 0-4294967294")
                      || (line.contains("--uid-owner 0 ") && line.contains("--dport")))
          .allMatch(line -> line.endsWith("-j MARK --set-xmark 0x40000000/0xffff0000"))
          .hasSize(family == Family.IPV4 ? 4 : 9);
    }
  }
}
