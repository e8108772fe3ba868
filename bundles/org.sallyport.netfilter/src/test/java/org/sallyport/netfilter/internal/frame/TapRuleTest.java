// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Outcome;
import org.sallyport.netfilter.frame.Section;

/** Where the tap of a source of subjects stands. */
class TapRuleTest {

  private static final Section.Queue QUEUE = new Section.Queue(33);
  private static final Section.Queue TAPPED =
      new Section.Queue(33, Optional.of("/sys/fs/bpf/sallyport/7/tap-1"), Optional.empty());
  private static final Section.Queue PROVEN =
      new Section.Queue(33, Optional.empty(), Optional.of("/sys/fs/bpf/sallyport/7/proof-1"));
  private static final String PROOF =
      " ! -o lo -p udp -m conntrack ! --ctstate DNAT"
          + " -m bpf --object-pinned /sys/fs/bpf/sallyport/7/proof-1"
          + " -m comment --comment \"its sender is known\" -j MARK --set-xmark ";
  private static final String TAP =
      " -m bpf --object-pinned /sys/fs/bpf/sallyport/7/tap-1"
          + " -m comment --comment \"tells who sent it\"";

  private static ChainOrder order(Mode mode, Section... sections) {
    return order(mode, Choice.DROP_NEW, sections);
  }

  private static ChainOrder order(Mode mode, Choice withoutListener, Section... sections) {
    return new ChainOrder(
        new MarkLayout(MarkLayout.DEFAULT_MASK),
        mode,
        5,
        false,
        withoutListener,
        Choice.APPLY,
        EnumSet.allOf(Direction.class),
        List.of(sections));
  }

  private static List<String> lines(ChainOrder order, Family family) {
    return Chains.of(order).table(Table.FILTER).chains().stream()
        .flatMap(c -> c.texts(family).stream().map(text -> c.chain() + " " + text))
        .toList();
  }

  private static Section rules() {
    Chain entry = new Chain("SALLYPORT-T-OUT");
    Rule all = Rule.of(new Target.GoTo(Outcome.PASS_ON.chain(Direction.OUT)));
    return new Section.Rules(
        Map.of(Direction.OUT, entry), List.of(new ChainSpec(entry, List.of(all))));
  }

  @Test
  void shouldStandRightBeforeTheQueueOnTheWayOutAlone() {
    for (Family family : Family.values()) {
      for (Mode mode : Mode.values()) {
        List<String> alone = lines(order(mode, TAPPED), family);
        int at = alone.indexOf("SALLYPORT-OUT" + TAP);
        assertThat(alone.get(at - 1)).contains("--ctstate DNAT");
        assertThat(alone.get(at + 1)).startsWith("SALLYPORT-OUT -j NFQUEUE --queue-num 33");
        assertThat(alone).filteredOn(line -> line.contains("tap-1")).hasSize(1);
        List<String> behindRules = lines(order(mode, rules(), TAPPED), family);
        at = behindRules.indexOf("SALLYPORT-NEXT-OUT" + TAP);
        assertThat(behindRules.get(at + 1)).startsWith("SALLYPORT-NEXT-OUT -j NFQUEUE");
        assertThat(behindRules).filteredOn(line -> line.contains("tap-1")).hasSize(1);
      }
    }
  }

  @Test
  void shouldLetProvenSendersGoOnAheadOfTheQueueWhileEnforcing() {
    for (Family family : Family.values()) {
      List<String> alone = lines(order(Mode.ENFORCE, PROVEN), family);
      int proof = only(alone, "SALLYPORT-OUT" + PROOF + "0x20050000/0xffff0000");
      assertThat(alone.get(proof + 1))
          .isEqualTo("SALLYPORT-OUT -m mark --mark 0x20000000/0x20000000 -j RETURN");
      assertThat(proof)
          .as("what was refused is refused first")
          .isGreaterThan(only(alone, "SALLYPORT-OUT -m mark --mark 0x80000000/0x80000000"));
      List<String> behindRules = lines(order(Mode.ENFORCE, rules(), PROVEN), family);
      proof = only(behindRules, "SALLYPORT-NEXT-OUT" + PROOF);
      assertThat(behindRules.get(proof + 1)).endsWith("-j RETURN");
    }
  }

  private static int only(List<String> lines, String start) {
    assertThat(lines).as("%s", lines).filteredOn(line -> line.startsWith(start)).hasSize(1);
    return lines.indexOf(
        lines.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow());
  }

  @Test
  void shouldAskForNoProofWhereEverythingIsToBeJudged() {
    assertThat(lines(order(Mode.OBSERVE, PROVEN), Family.IPV4))
        .noneMatch(line -> line.contains("proof-1"));
    assertThat(lines(order(Mode.ENFORCE, Choice.DROP_ALL, PROVEN), Family.IPV4))
        .noneMatch(line -> line.contains("proof-1"));
  }

  @Test
  void shouldChangeNothingElse() {
    List<String> tapped = lines(order(Mode.ENFORCE, TAPPED), Family.IPV4);
    assertThat(tapped.stream().filter(line -> !line.contains("tap-1")))
        .containsExactlyElementsOf(lines(order(Mode.ENFORCE, QUEUE), Family.IPV4));
    assertThat(order(Mode.ENFORCE, TAPPED).differsInFilterOnly(order(Mode.ENFORCE, QUEUE)))
        .as("comes and goes by one commit of one table")
        .isTrue();
  }

  @Test
  void shouldTakeNoPathThatWouldNeedQuotes() {
    for (String path : Set.of("tap", "/", "/a b", "/a\"", "/a;b", "/" + "a".repeat(500))) {
      assertThatThrownBy(() -> new Match.PinnedProgram(path))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
