// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.rule.Action;
import org.sallyport.backend.owneriptables.internal.section.SectionBuilder;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.frame.Section;

/** Short policies as they are written. */
class ProgramTextTest {

  private static final FlowTest TCP = new FlowTest.Protocols(Set.of(6), false);
  private static final FlowTest UDP = new FlowTest.Protocols(Set.of(17), false);

  @Test
  void shouldWriteAShortPolicyAsAPersonWould() throws Exception {
    List<KernelStep> steps =
        List.of(
            decide("seen", Action.LOG, user(1000, 1000)),
            decide("dns", Action.ALLOW, UDP, port(53, 53)),
            decide("ping", Action.REJECT, new FlowTest.IcmpTypes(Set.of(8), Set.of(128), false)),
            decide("rest", Action.ALLOW, TCP, user(1000, 1999), networks(true, "10.0.0.0/8")));

    assertThat(texts(steps, Verdict.DENY, Family.IPV4))
        .containsExactly(
            "TO -m conntrack --ctstate DNAT -g SALLYPORT-TO1",
            "TO -m owner --uid-owner 1000 -j SALLYPORT-R-SEEN",
            "TO -p udp -m udp --dport 53 -g SALLYPORT-R-DNS",
            "TO -p icmp -m icmp --icmp-type 8 -g SALLYPORT-R-PING",
            "TO ! -d 10.0.0.0/8 -p tcp -m owner --uid-owner 1000-1999 -g SALLYPORT-R-REST",
            "TO -m owner ! --uid-owner 0-4294967294 -g SALLYPORT-ALLOW-OUT",
            "TO -g SALLYPORT-DENY-OUT",
            "TO1 -m owner --uid-owner 1000 -j SALLYPORT-R-SEEN",
            "TO1 -p udp -m conntrack --ctorigdstport 53 -g SALLYPORT-R-DNS",
            "TO1 -p icmp -m icmp --icmp-type 8 -g SALLYPORT-R-PING",
            "TO1 -p tcp -m owner --uid-owner 1000-1999 -m conntrack ! --ctorigdst 10.0.0.0/8"
                + " -g SALLYPORT-R-REST",
            "TO1 -m owner ! --uid-owner 0-4294967294 -g SALLYPORT-ALLOW-OUT",
            "TO1 -g SALLYPORT-DENY-OUT",
            "R-SEEN -m comment --comment \"rule seen\"",
            "R-SEEN -m limit --limit 5/sec --limit-burst 20 -j LOG --log-prefix \"sallyport seen \"",
            "R-DNS -m comment --comment \"rule dns\"",
            "R-DNS -g SALLYPORT-ALLOW-OUT",
            "R-PING -m comment --comment \"rule ping\"",
            "R-PING -g SALLYPORT-REJECT-OUT",
            "R-REST -m comment --comment \"rule rest\"",
            "R-REST -g SALLYPORT-ALLOW-OUT");
  }

  @Test
  void shouldEndWhereEverythingIsPassedOn() throws Exception {
    List<KernelStep> steps =
        List.of(
            new KernelStep.PassOn("exe", List.of(), "iptables sees no program"),
            decide("never", Action.DENY, TCP));
    for (Family family : Family.values()) {
      assertThat(texts(steps, Verdict.DENY, family).get(0)).isEqualTo("TO -g SALLYPORT-NEXT-OUT");
      assertThat(texts(steps, Verdict.DENY, family)).noneMatch(t -> t.contains("-g SALLYPORT-R-"));
    }
  }

  @Test
  void shouldLeaveOutWhatCannotMatch() throws Exception {
    List<KernelStep> steps =
        List.of(
            decide("none", Action.DENY, TCP, UDP),
            decide("six", Action.DENY, networks(false, "fd00::/8")),
            decide("icmp", Action.DENY, TCP, new FlowTest.IcmpTypes(Set.of(8), Set.of(), false)));
    assertThat(texts(steps, Verdict.ALLOW, Family.IPV4))
        .contains("TO -g SALLYPORT-ALLOW-OUT")
        .noneMatch(text -> text.contains("-g SALLYPORT-R-"));
    assertThat(texts(steps, Verdict.ALLOW, Family.IPV6))
        .contains("TO -d fd00::/8 -g SALLYPORT-R-SIX");
  }

  @Test
  void shouldRefuseWhatIsTooLargeByName() {
    List<IdRange> users = new ArrayList<>();
    List<PortRange> ports = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      users.add(new IdRange(2L * i, 2L * i));
      ports.add(new PortRange(2 * i, 2 * i));
    }
    KernelStep step =
        decide(
            "wide",
            Action.ALLOW,
            TCP,
            new FlowTest.Owner(FlowTest.IdKind.USER, users, false),
            new FlowTest.Ports(FlowTest.End.REMOTE, ports, false));
    assertThatThrownBy(() -> texts(List.of(step), Verdict.DENY, Family.IPV4))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("rule 'wide' is too large")
        .hasMessageContaining("4096");

    List<KernelStep> many = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      many.add(decide("r" + i, Action.LOG, new FlowTest.Owner(FlowTest.IdKind.USER, users, false)));
    }
    assertThatThrownBy(() -> texts(many, Verdict.DENY, Family.IPV4))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("'r307'")
        .hasMessageContaining("20000");
  }

  private static KernelStep decide(String id, Action action, FlowTest... tests) {
    return new KernelStep.Decide(id, action, List.of(tests));
  }

  private static FlowTest user(long first, long last) {
    return new FlowTest.Owner(FlowTest.IdKind.USER, List.of(new IdRange(first, last)), false);
  }

  private static FlowTest port(int first, int last) {
    return new FlowTest.Ports(FlowTest.End.REMOTE, List.of(new PortRange(first, last)), false);
  }

  private static FlowTest networks(boolean negated, String network) {
    return new FlowTest.Networks(FlowTest.End.REMOTE, List.of(IpNetwork.parse(network)), negated);
  }

  private static List<String> texts(List<KernelStep> out, Verdict verdict, Family family)
      throws BackendException {
    Map<Direction, List<KernelStep>> steps = new EnumMap<>(Direction.class);
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      steps.put(direction, direction == Direction.OUT ? out : List.of());
      defaults.put(direction, verdict);
    }
    KernelProgram program = new KernelProgram(steps, defaults);
    Section.Rules section =
        SectionBuilder.of(program, Difference.names(program), EnumSet.of(Direction.OUT), false);
    List<String> texts = new ArrayList<>();
    for (ChainSpec spec : section.chains()) {
      String chain = spec.chain().name().substring("SALLYPORT-".length());
      spec.texts(family).forEach(text -> texts.add(chain + " " + text));
    }
    return texts;
  }
}
