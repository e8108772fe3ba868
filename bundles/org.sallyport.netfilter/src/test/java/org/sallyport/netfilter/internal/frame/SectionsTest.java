// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Outcome;
import org.sallyport.netfilter.frame.Section;

/** The frame with rules in it, alone and ahead of a queue. */
class SectionsTest {

  private static final String KNOWN =
      " -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN"
          + " -m connmark --mark 0x20050000/0xffff0000"
          + " -m conntrack --ctstate ESTABLISHED --ctdir ORIGINAL"
          + " -j MARK --set-xmark 0x20050000/0xffff0000";
  private static final String PROVEN = " -m mark --mark 0x20000000/0x20000000 -j RETURN";
  private static final String PROVE = " -j MARK --set-xmark 0x20050000/0xffff0000";
  private static final String PROVE_LAST =
      " -m comment --comment \"counts only if the queue lets it go on\"" + PROVE;
  private static final String REWRITTEN = ChainsTest.REWRITTEN.substring("SALLYPORT-OUT".length());
  private static final List<String> ASK =
      List.of(
          "SALLYPORT-OUT -p tcp -m owner ! --socket-exists -g SALLYPORT-OUT-ORPHAN",
          "SALLYPORT-OUT -j SALLYPORT-T-OUT",
          "SALLYPORT-OUT -m mark ! --mark 0x20000000/0x20000000 -g SALLYPORT-NEXT-OUT");

  private static ChainSpec entry(Direction direction, Outcome outcome) {
    return new ChainSpec(
        name(direction), List.of(Rule.of(new Target.GoTo(outcome.chain(direction)))));
  }

  private static Chain name(Direction direction) {
    return new Chain("SALLYPORT-T-" + direction);
  }

  private static Section rulesFor(Direction... directions) {
    List<Direction> all = List.of(directions);
    return new Section.Rules(
        Map.copyOf(all.stream().collect(Collectors.toMap(d -> d, d -> name(d)))),
        all.stream().map(direction -> entry(direction, Outcome.ALLOW)).toList());
  }

  private static ChainOrder order(
      Mode mode, Choice withoutListener, Choice unknown, Section... sections) {
    return new ChainOrder(
        new MarkLayout(MarkLayout.DEFAULT_MASK),
        mode,
        5,
        false,
        withoutListener,
        unknown,
        Set.of(Direction.OUT),
        List.of(sections));
  }

  private static ChainOrder enforce(Section... sections) {
    return order(Mode.ENFORCE, Choice.DROP_NEW, Choice.APPLY, sections);
  }

  private static ChainOrder observe(Section... sections) {
    return order(Mode.OBSERVE, Choice.DROP_NEW, Choice.APPLY, sections);
  }

  private static ChainOrder hooking(Set<Direction> hooked, ChainOrder order) {
    return new ChainOrder(
        order.marks(),
        order.mode(),
        order.generation(),
        order.loopback(),
        order.withoutListener(),
        order.unknownOperand(),
        hooked,
        order.sections());
  }

  /** Filter without the safe set and the way back from the queue, chain by chain. */
  private static List<String> filter(ChainOrder order) {
    return Chains.of(order).table(Table.FILTER).chains().stream()
        .filter(chain -> !chain.chain().name().matches(".*-(SAFE|BACK)"))
        .flatMap(c -> c.texts(Family.IPV4).stream().map(text -> c.chain() + " " + text))
        .toList();
  }

  private static List<String> chain(ChainOrder order, String name) {
    String prefix = "SALLYPORT-" + name;
    return filter(order).stream()
        .filter(line -> line.startsWith(prefix + " "))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  private static final Section.Queue QUEUE = new Section.Queue(33);
  private static final Section RULES = rulesFor(Direction.OUT);

  @Test
  void shouldAskRulesAboutEveryPacketThatIsNotExempt() {
    assertThat(filter(enforce(RULES)))
        .containsExactly(
            "SALLYPORT-OUT ! -o lo -m mark --mark 0x10000000/0xffff0000"
                + " -m owner --uid-owner 0-4294967294 -m conntrack --ctdir ORIGINAL"
                + " -g SALLYPORT-OUT-OWNED",
            "SALLYPORT-OUT -m mark --mark 0x80000000/0x80000000 -g SALLYPORT-OUT-BACK",
            "SALLYPORT-OUT" + PROVEN,
            "SALLYPORT-OUT -o lo -m conntrack ! --ctstate DNAT -m comment --comment"
                + " \"loopback is not judged\" -j MARK --set-xmark 0x40000000/0xffff0000",
            "SALLYPORT-OUT -m connmark --mark 0x80000000/0x80000000 -m conntrack --ctdir REPLY"
                + " -m comment --comment \"its flow was revoked\" -j DROP",
            "SALLYPORT-OUT -m conntrack --ctdir REPLY --ctstate ESTABLISHED"
                + " -m comment --comment \"answers follow their flow\""
                + " -j MARK --set-xmark 0x40000000/0xffff0000",
            "SALLYPORT-OUT -m mark ! --mark 0x40000000/0xffff0000 -j SALLYPORT-OUT-SAFE",
            "SALLYPORT-OUT -m mark --mark 0x40000000/0xffff0000 -j RETURN",
            ASK.get(0),
            ASK.get(1),
            ASK.get(2),
            "SALLYPORT-OUT-OWNED -p udp -m udp --sport 68 --dport 67"
                + " -m owner --uid-owner 0 -m comment"
                + " --comment \"DHCP client of root, RFC 2131\" -g SALLYPORT-OUT-SAFE",
            "SALLYPORT-OUT-OWNED -j SALLYPORT-T-OUT",
            "SALLYPORT-OUT-OWNED -m mark ! --mark 0x20000000/0x20000000 -g SALLYPORT-NEXT-OUT",
            "SALLYPORT-OUT-ORPHAN" + KNOWN,
            "SALLYPORT-OUT-ORPHAN" + PROVEN,
            "SALLYPORT-OUT-ORPHAN -m comment --comment \"nobody knows whose it was\" -j DROP",
            "SALLYPORT-ALLOW-OUT" + PROVE,
            "SALLYPORT-DENY-OUT -j DROP",
            "SALLYPORT-REJECT-OUT -g SALLYPORT-REFUSE",
            "SALLYPORT-NEXT-OUT -j DROP",
            "SALLYPORT-REFUSE -p tcp -j REJECT --reject-with tcp-reset",
            "SALLYPORT-REFUSE -j REJECT --reject-with icmp-admin-prohibited",
            "SALLYPORT-T-OUT -g SALLYPORT-ALLOW-OUT");
  }

  @Test
  void shouldLeadNothingPastTheFrameThatAnExemptionCouldSpeakOf() {
    String loopback = " ! -o lo";
    assertThat(chain(enforce(RULES), "OUT").get(0)).contains(loopback);
    ChainOrder judged =
        new ChainOrder(
            new MarkLayout(MarkLayout.DEFAULT_MASK),
            Mode.ENFORCE,
            5,
            true,
            Choice.DROP_NEW,
            Choice.APPLY,
            Set.of(Direction.OUT),
            List.of(RULES));
    assertThat(chain(judged, "OUT").get(0)).endsWith("ORIGINAL -g SALLYPORT-OUT-OWNED");
    assertThat(chain(enforce(QUEUE), "OUT")).noneMatch(line -> line.contains("OWNED"));
    assertThat(filter(hooking(Set.of(Direction.IN), enforce(rulesFor(Direction.IN)))))
        .noneMatch(line -> line.contains("OWNED"));
  }

  @Test
  void shouldQueueWhatRulesPassOn() {
    ChainOrder both = enforce(RULES, QUEUE);
    assertThat(chain(both, "NEXT-OUT"))
        .containsExactly(KNOWN, PROVEN, PROVE_LAST, REWRITTEN, " -j NFQUEUE --queue-num 33");
    assertThat(chain(both, "OUT-ORPHAN")).containsExactly(KNOWN, PROVEN, " -g SALLYPORT-NEXT-OUT");
    assertThat(filter(both))
        .as("running flows are known behind the rules, never ahead of them")
        .containsSubsequence(ASK)
        .doesNotContain("SALLYPORT-OUT" + KNOWN);
    assertThat(chain(both, "DENY-OUT")).containsExactly(" -j DROP");
  }

  @Test
  void shouldKeepAQueueAloneAsItWas() {
    assertThat(Chains.of(enforce(QUEUE)).table(Table.FILTER).chains())
        .extracting(spec -> spec.chain().name())
        .containsExactly(
            "SALLYPORT-OUT", "SALLYPORT-OUT-SAFE", "SALLYPORT-OUT-BACK", "SALLYPORT-REFUSE");
    assertThat(Chains.of(hooking(Set.of(Direction.OUT), enforce(rulesFor(Direction.IN), QUEUE))))
        .as("rules of a direction that is not judged")
        .isEqualTo(Chains.of(enforce(QUEUE)));
  }

  @Test
  void shouldRefuseNothingWhileObserving() {
    String observed = " -j MARK --set-xmark 0x30050000/0xffff0000";
    assertThat(chain(observe(RULES), "ALLOW-OUT")).containsExactly(observed);
    for (String refusal : List.of("DENY-OUT", "REJECT-OUT", "NEXT-OUT")) {
      assertThat(chain(observe(RULES), refusal)).containsExactly(" -g SALLYPORT-ALLOW-OUT");
    }
    assertThat(chain(observe(RULES, QUEUE), "DENY-OUT")).containsExactly(" -g SALLYPORT-ALLOW-OUT");
    assertThat(chain(observe(RULES, QUEUE), "NEXT-OUT"))
        .endsWith(" -j NFQUEUE --queue-num 33 --queue-bypass");
    assertThat(chain(observe(RULES), "OUT-ORPHAN"))
        .endsWith(
            " -j SALLYPORT-T-OUT", " -m mark ! --mark 0x20000000/0x20000000 -g SALLYPORT-NEXT-OUT");
    assertThat(filter(observe(RULES))).noneMatch(line -> line.endsWith("-j DROP"));
    assertThat(filter(observe(rulesFor(Direction.IN)))).noneMatch(l -> l.endsWith("-j DROP"));
  }

  @Test
  void shouldRefuseWhatIsDeniedAlsoWhereTheListenerMayBeMissing() {
    ChainOrder open = order(Mode.ENFORCE, Choice.ACCEPT, Choice.SKIP, RULES, QUEUE);
    assertThat(chain(open, "DENY-OUT")).containsExactly(" -j DROP");
    assertThat(chain(open, "NEXT-OUT")).endsWith(" -j NFQUEUE --queue-num 33 --queue-bypass");
    ChainOrder alone = order(Mode.ENFORCE, Choice.ACCEPT, Choice.SKIP, RULES);
    assertThat(chain(alone, "OUT-ORPHAN"))
        .as("what cannot be told is skipped, and other rules may speak of it")
        .endsWith(
            " -j SALLYPORT-T-OUT", " -m mark ! --mark 0x20000000/0x20000000 -g SALLYPORT-NEXT-OUT");
    assertThat(chain(alone, "NEXT-OUT")).containsExactly(" -j DROP");
  }

  @Test
  void shouldHaveRunningFlowsNeedAListenerOnlyWhereThereIsOne() {
    ChainOrder both = order(Mode.ENFORCE, Choice.DROP_ALL, Choice.APPLY, RULES, QUEUE);
    assertThat(chain(both, "NEXT-OUT"))
        .containsExactly(PROVE_LAST, REWRITTEN, " -j NFQUEUE --queue-num 33");
    assertThat(chain(both, "OUT-ORPHAN")).containsExactly(" -g SALLYPORT-NEXT-OUT");
    ChainOrder alone = order(Mode.ENFORCE, Choice.DROP_ALL, Choice.APPLY, RULES);
    assertThat(filter(alone)).isEqualTo(filter(enforce(RULES)));
  }

  @Test
  void shouldDecideEachDirectionByWhoSpeaksOfIt() {
    Set<Direction> all = Set.of(Direction.values());
    Section some = rulesFor(Direction.IN, Direction.FORWARD);
    ChainOrder both = hooking(all, enforce(some, QUEUE));
    assertThat(chain(both, "OUT")).contains(KNOWN).endsWith(" -j NFQUEUE --queue-num 33");
    assertThat(chain(both, "IN"))
        .endsWith(
            " -j SALLYPORT-T-IN", " -m mark ! --mark 0x40000000/0x40000000 -g SALLYPORT-NEXT-IN");
    assertThat(chain(both, "ALLOW-IN"))
        .containsExactly(" -j MARK --set-xmark 0x40050000/0xffff0000");
    assertThat(chain(both, "NEXT-FWD"))
        .contains(
            " ! -p tcp -m connmark --mark 0x60050000/0xffff0000 -m conntrack --ctdir ORIGINAL"
                + " -j MARK --set-xmark 0x60050000/0xffff0000")
        .endsWith(" -j NFQUEUE --queue-num 33");
    assertThat(filter(both)).noneMatch(line -> line.contains("socket-exists"));

    ChainOrder alone = hooking(all, enforce(some));
    assertThat(chain(alone, "OUT"))
        .doesNotContain(KNOWN)
        .endsWith(" -m comment --comment \"nobody decides this direction\" -j DROP");
    assertThat(chain(alone, "NEXT-FWD")).containsExactly(" -j DROP");
  }

  @Test
  void shouldProveBothEndsOfLoopbackByRulesToo() {
    ChainOrder order =
        new ChainOrder(
            new MarkLayout(MarkLayout.DEFAULT_MASK),
            Mode.ENFORCE,
            5,
            true,
            Choice.DROP_NEW,
            Choice.APPLY,
            Set.of(Direction.OUT, Direction.IN),
            List.of(rulesFor(Direction.OUT, Direction.IN)));
    assertThat(chain(order, "ALLOW-OUT"))
        .containsExactly(
            PROVE,
            " -o lo -m connmark --mark 0x40050000/0xffff0000"
                + " -j MARK --set-xmark 0x60050000/0xffff0000");
    assertThat(chain(order, "OUT-ORPHAN"))
        .startsWith(KNOWN.replace("0x2005", "0x6005"), KNOWN, PROVEN);
  }

  @Test
  void shouldGateWhateverTheStack() {
    RuleSet queue = Chains.of(enforce(QUEUE));
    RuleSet rules = Chains.of(enforce(RULES));
    for (Table table : List.of(Table.RAW, Table.MANGLE, Table.SECURITY)) {
      assertThat(rules.table(table)).isEqualTo(queue.table(table));
    }
    assertThat(enforce(QUEUE).differsInFilterOnly(enforce(RULES, QUEUE))).isTrue();
    assertThat(enforce(QUEUE).differsInFilterOnly(observe(QUEUE))).isFalse();
  }

  @Test
  void shouldRefuseStacksInWhichOneWouldNeverBeAsked() {
    assertThatThrownBy(() -> enforce()).hasMessageContaining("refuse everything");
    assertThatThrownBy(() -> enforce(QUEUE, RULES)).hasMessageContaining("stands last");
    assertThatThrownBy(() -> enforce(QUEUE, QUEUE)).hasMessageContaining("stands last");
    assertThatThrownBy(() -> enforce(RULES, RULES)).hasMessageContaining("room for one");
    assertThat(enforce(RULES, rulesFor(Direction.IN), QUEUE).queue()).contains(QUEUE);
  }
}
