// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;

class FlowCacheTest {

  private static final RuleCounter COUNTER = new RuleCounter();
  private static final List<Verdict> VERDICTS = List.of(Verdict.values());

  private final FlowCache cache = new FlowCache(4);

  static PacketCopy packet(int localPort, int interfaceIndex) {
    Endpoint local = new Endpoint(IpAddress.parse("10.0.0.1"), OptionalInt.of(localPort));
    Endpoint remote = new Endpoint(IpAddress.parse("10.0.0.2"), OptionalInt.of(53));
    Flow flow = new Flow(Direction.OUT, 17, local, remote, OptionalInt.empty(), "");
    return new PacketCopy(flow, interfaceIndex, false, PacketCopy.Owner.NOBODY, 60);
  }

  private static Decision decision(Verdict verdict) {
    return new Decision(verdict, Optional.empty(), "test", 1, COUNTER);
  }

  @Test
  void shouldFindAFlowOnlyUnderItsSocketRevisionAndInterface() {
    Decision allow = decision(Verdict.ALLOW);
    assertThat(cache.seek(packet(1, 2), 7, 1, 0)).isFalse();
    cache.keep(allow, 5, 3);
    assertThat(cache.seek(packet(1, 2), 7, 1, 9)).isTrue();
    assertThat(cache.decision()).isSameAs(allow);
    assertThat(cache.isGood(7)).isTrue();
    assertThat(cache.isGood(8)).as("for 3 ns only").isFalse();
    assertThat(cache.seek(packet(1, 2), 8, 1, 9)).as("another socket").isFalse();
    assertThat(cache.seek(packet(1, 2), 7, 2, 9)).as("another revision").isFalse();
    assertThat(cache.seek(packet(1, 3), 7, 1, 9)).as("another interface").isFalse();
    assertThat(cache.seek(packet(2, 2), 7, 1, 9)).as("another port").isFalse();
  }

  @Test
  void shouldKeepWhatWasRewrittenApartFromWhatWasAskedFor() {
    PacketCopy asked = packet(1, 2);
    PacketCopy rewritten =
        new PacketCopy(
            new Flow(
                Direction.OUT,
                17,
                asked.flow().local(),
                asked.flow().remote(),
                OptionalInt.empty(),
                "",
                false),
            2,
            false,
            PacketCopy.Owner.NOBODY,
            60);
    cache.seek(asked, 7, 1, 0);
    cache.keep(decision(Verdict.ALLOW), 5, 3);
    assertThat(cache.seek(rewritten, 7, 1, 6)).isFalse();
    assertThat(cache.seek(asked, 7, 1, 6)).isTrue();
  }

  @Test
  void shouldKeepWhatIsUsedAndForgetWhatIsNot() {
    FlowCache oneSet = new FlowCache(1);
    for (int port = 1; port <= 4; port++) {
      oneSet.seek(packet(port, 0), 1, 1, port);
      oneSet.keep(decision(Verdict.ALLOW), port, 1);
    }
    assertThat(oneSet.seek(packet(1, 0), 1, 1, 10)).isTrue();
    oneSet.seek(packet(5, 0), 1, 1, 11);
    oneSet.keep(decision(Verdict.DENY), 11, 1);
    assertThat(oneSet.seek(packet(1, 0), 1, 1, 12)).as("used lately").isTrue();
    assertThat(oneSet.seek(packet(2, 0), 1, 1, 12)).as("longest unused").isFalse();
  }

  @Property
  void shouldNeverAnswerWithAnotherFlowsDecision(
      @ForAll @Size(max = 200) int[] ports, @ForAll @IntRange(max = 3) int socket) {
    Map<Integer, Decision> kept = new HashMap<>();
    FlowCache small = new FlowCache(8);
    for (int i = 0; i < ports.length; i++) {
      int port = ports[i] & 0x3f;
      if (small.seek(packet(port, 0), socket, 1, i)) {
        assertThat(small.decision()).isSameAs(kept.get(port));
      } else {
        Decision fresh = decision(VERDICTS.get(port % 3));
        kept.put(port, fresh);
        small.keep(fresh, i, 1);
      }
    }
  }
}
