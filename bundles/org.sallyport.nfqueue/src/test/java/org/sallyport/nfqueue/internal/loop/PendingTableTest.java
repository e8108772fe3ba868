// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PendingTableTest {

  private static Question question(int port) {
    return question(port, 1, port);
  }

  private static Question question(int port, long socket, long user) {
    PacketCopy packet = FlowCacheTest.packet(port, 0);
    return new Question(new FlowKey(packet.flow(), 0, socket, user, 0), packet, 100);
  }

  private static Question.Held packet(int id) {
    return new Question.Held(id, 0, 60);
  }

  /** Steps below 20 hold a packet of that flow, others settle a flow: in any order whatever. */
  @Property
  void shouldGiveEachPacketBackExactlyOnce(
      @ForAll @Size(max = 300) List<@IntRange(max = 39) Integer> steps) {
    PendingTable table = new PendingTable(16);
    List<Question> asked = new ArrayList<>();
    List<Integer> in = new ArrayList<>();
    List<Integer> out = new ArrayList<>();
    for (int id = 0; id < steps.size(); id++) {
      int step = steps.get(id);
      if (step < 20) {
        Optional<Question> known = table.find(question(step).key());
        if (known.isEmpty() && !table.hasRoom(step)) {
          continue;
        }
        Question question = known.orElseGet(() -> question(step));
        if (known.isEmpty()) {
          table.open(question);
          asked.add(question);
        }
        if (table.hold(question, packet(id))) {
          in.add(id);
        }
      } else if (step - 20 < asked.size()) {
        settle(table, asked.get(step - 20), out);
      }
      assertThat(table.packets()).isEqualTo(in.size() - out.size()).isLessThanOrEqualTo(16);
    }
    asked.forEach(question -> settle(table, question, out));
    assertThat(out).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(in);
    assertThat(table.packets() + table.questions()).isZero();
  }

  private static void settle(PendingTable table, Question question, List<Integer> out) {
    table.settle(question).ifPresent(held -> held.forEach(packet -> out.add(packet.id())));
  }

  @Test
  void shouldNotLetOneFlowTakeThePlacesOfOthers() {
    PendingTable table = new PendingTable(16);
    Question busy = question(1);
    table.open(busy);
    assertThat(table.hold(busy, packet(1)) && table.hold(busy, packet(2))).isTrue();
    assertThat(table.hold(busy, packet(3))).isFalse();
    assertThat(table.hasRoom(1)).isTrue();
  }

  @Test
  void shouldNotAskTheSameTwice() {
    PendingTable table = new PendingTable(16);
    table.open(question(1));
    assertThatThrownBy(() -> table.open(question(1))).isInstanceOf(IllegalStateException.class);
    assertThat(table.eldest()).hasValueSatisfying(q -> assertThat(q.deadlineNs()).isEqualTo(100));
  }

  @Test
  void shouldIgnoreALateAnswerEvenIfTheFlowWasAskedAboutAgain() {
    PendingTable table = new PendingTable(16);
    Question first = question(1);
    table.open(first);
    assertThat(table.settle(first)).isPresent();
    Question second = question(1);
    table.open(second);
    table.hold(second, packet(9));
    assertThat(table.settle(first)).isEmpty();
    assertThat(table.settle(second)).hasValue(List.of(packet(9)));
  }

  @Test
  void shouldNotLetOneUserTakeThePlacesOfOthers() {
    PendingTable table = new PendingTable(16);
    for (int port = 1; port <= 8; port++) {
      Question one = question(port, 1, 1000);
      table.open(one);
      assertThat(table.hold(one, packet(port))).isTrue();
    }
    assertThat(table.hasRoom(1000)).isFalse();
    assertThat(table.hasRoom(1001)).isTrue();
    assertThat(table.hold(table.find(question(1, 1, 1000).key()).orElseThrow(), packet(9)))
        .isFalse();
    table.all().forEach(table::settle);
    assertThat(table.hasRoom(1000)).isTrue();
  }

  @Test
  void shouldLetPacketsOfAnUnknownSocketJoinOnlyUntilItIsSearchedFor() {
    PendingTable table = new PendingTable(16);
    Question first = question(1, 0, 1000);
    table.open(first);
    assertThat(table.find(first.key())).containsSame(first);
    first.take();
    assertThat(table.find(first.key())).isEmpty();
    Question second = question(1, 0, 1000);
    table.open(second);
    assertThat(table.settle(first)).isPresent();
    assertThat(table.find(first.key())).containsSame(second);
  }
}
