// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.rule.Action;

class IptablesExpressivenessTest {

  private final Expressiveness iptables = new IptablesExpressiveness();

  @Test
  void shouldSeeOwnersOfWhatLeavesOnly() {
    for (FlowTest.IdKind kind : FlowTest.IdKind.values()) {
      FlowTest owner = new FlowTest.Owner(kind, List.of(new IdRange(0, 0)), true);
      assertThat(iptables.refusal(Direction.OUT, owner)).isEmpty();
      assertThat(iptables.refusal(Direction.IN, owner))
          .contains("iptables sees no owner of what arrives");
      assertThat(iptables.refusal(Direction.FORWARD, owner))
          .contains("what is routed through has no owner");
    }
  }

  @Test
  void shouldRefuseWhatStandsForSomethingElse() {
    for (int number : List.of(0, 43, 44, 51, 60)) {
      assertRefused(new FlowTest.Protocols(Set.of(6, number), false), "protocol " + number);
      assertRefused(new FlowTest.Protocols(Set.of(number), true), "protocol " + number);
    }
    assertRefused(new FlowTest.IcmpTypes(Set.of(255), Set.of(), false), "type 255");
    assertRefused(new FlowTest.IcmpTypes(Set.of(), Set.of(255), true), "type 255");
    assertRefused(new FlowTest.Interfaces(List.of("eth0", "eth+"), false), "'eth+'");
    assertRefused(new FlowTest.Interfaces(List.of("a-name-too-long-for-linux"), true), "linux'");
    assertRefused(
        new FlowTest.Networks(FlowTest.End.LOCAL, List.of(IpNetwork.parse("::fffe:0:0/95")), false),
        "count as IPv4");
  }

  private void assertRefused(FlowTest test, String why) {
    for (Direction direction : Direction.values()) {
      assertThat(iptables.refusal(direction, test).orElseThrow()).contains(why);
    }
  }

  @Test
  void shouldTakeEverythingElse() {
    for (FlowTest test :
        List.of(
            new FlowTest.Protocols(Set.of(1, 6, 47, 58, 255), true),
            new FlowTest.IcmpTypes(Set.of(0, 254), Set.of(0, 254), false),
            new FlowTest.Interfaces(List.of("eth0.7", "wg-0"), true),
            new FlowTest.Networks(
                FlowTest.End.REMOTE,
                List.of(IpNetwork.parse("::/0"), IpNetwork.parse("10.0.0.0/8")),
                false))) {
      assertThat(iptables.refusal(Direction.FORWARD, test)).isEmpty();
    }
  }

  @Test
  void shouldAskNobody() {
    for (Action action : Action.values()) {
      assertThat(iptables.refusal(Direction.OUT, action).isPresent())
          .isEqualTo(action == Action.ASK);
    }
  }
}
