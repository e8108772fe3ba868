// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.rule.Action;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.frame.Section;

/** A packet meets at most twice as many rules of a thousand as of ten, and few are written. */
class PolicySizeTest {

  private static final int FEW = 10;
  private static final int MANY = 1000;
  private static final FlowTest TCP = new FlowTest.Protocols(Set.of(6), false);

  @Test
  void shouldFindOneUserOfThousand() {
    compare(i -> List.of(user(1000 + i)));
  }

  @Test
  void shouldFindOneUserOfThousandScattered() {
    compare(i -> List.of(user(scattered(i))));
  }

  @Test
  void shouldFindOneAddressOfThousand() {
    compare(i -> List.of(address(10 << 24 | i)));
  }

  @Test
  void shouldFindOneAddressOfThousandScattered() {
    compare(i -> List.of(address((int) scattered(i))));
  }

  @Test
  void shouldFindOnePortOfThousand() {
    compare(i -> List.of(TCP, port(2000 + 3 * i)));
  }

  @Test
  void shouldFindOneOfThousandMixed() {
    compare(
        i ->
            switch (i % 3) {
              case 0 -> List.of(user(1000 + i / 7), TCP, port(i));
              case 1 -> List.of(user(1000 + i / 7), address(10 << 24 | i));
              default ->
                  List.of(
                      user(1000 + i / 7),
                      new FlowTest.Protocols(Set.of(17), false),
                      address(10 << 24 | i));
            });
  }

  /**
   * A kind behind another costs what both cost and one test more in each: alone a tree may be twice
   * as deep, and a shallow one needs a test more to tell as much apart. That both together are no
   * deeper than the kernel takes is shown on the kernel, by SeedKernelIT.
   */
  @Test
  void shouldFindOneOfThousandInBlocksOfOneKind() {
    IntFunction<List<FlowTest>> users = i -> List.of(user(1000 + i));
    IntFunction<List<FlowTest>> ports = i -> List.of(TCP, port(i));
    int half = MANY / 2;
    assertThat(worst(i -> i < half ? users.apply(i) : ports.apply(i), MANY))
        .isLessThanOrEqualTo(worst(users, half) + 1 + worst(ports, half) + 1);
  }

  @Test
  void shouldWriteAShortPolicyAsOneChain() {
    for (IntFunction<List<FlowTest>> kind :
        List.<IntFunction<List<FlowTest>>>of(
            i -> List.of(user(i)),
            i -> List.of(TCP, new FlowTest.Interfaces(List.of("eth" + i), false)))) {
      Section.Rules section = section(kind, FEW);
      List<ChainSpec> chains =
          section.chains().stream()
              .filter(spec -> !spec.counting() && spec.chain().name().startsWith("SALLYPORT-TO"))
              .toList();
      assertThat(chains).hasSize(1);
    }
  }

  private static long scattered(int i) {
    return (i + 1) * 2_654_435_761L % IdRange.MAX;
  }

  private static FlowTest user(long id) {
    return new FlowTest.Owner(FlowTest.IdKind.USER, List.of(new IdRange(id, id)), false);
  }

  private static FlowTest address(int bits) {
    return new FlowTest.Networks(
        FlowTest.End.REMOTE, List.of(new IpNetwork(IpAddress.ofIpv4(bits), 32)), false);
  }

  private static FlowTest port(int number) {
    return new FlowTest.Ports(FlowTest.End.REMOTE, List.of(new PortRange(number, number)), false);
  }

  private static void compare(IntFunction<List<FlowTest>> kind) {
    int few = worst(kind, FEW);
    int many = worst(kind, MANY);
    assertThat(many).as("rules met, of " + few + " with ten").isLessThanOrEqualTo(2 * few);
  }

  private static Section.Rules section(IntFunction<List<FlowTest>> kind, int count) {
    return Difference.section(program(kind, count)).orElseThrow();
  }

  private static KernelProgram program(IntFunction<List<FlowTest>> kind, int count) {
    List<KernelStep> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(new KernelStep.Decide("r" + i, Action.ALLOW, kind.apply(i)));
    }
    Map<Direction, List<KernelStep>> all = new EnumMap<>(Direction.class);
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      all.put(direction, direction == Direction.OUT ? steps : List.of());
      defaults.put(direction, Verdict.DENY);
    }
    return new KernelProgram(all, defaults);
  }

  /** The most rules that a packet of any rule, or of none, meets; each decided as it must be. */
  private static int worst(IntFunction<List<FlowTest>> kind, int count) {
    KernelProgram program = program(kind, count);
    Section.Rules section = section(kind, count);
    Simulator simulator = new Simulator(section);
    Difference difference = new Difference(program, section);
    long written = section.chains().stream().mapToLong(spec -> spec.rules().size()).sum();
    // Two families, two trees where destinations may be rewritten, and two rules to count with.
    assertThat(written).isLessThan(20L * count + 200);
    int worst = 0;
    for (int i = 0; i <= count; i++) {
      SimPacket packet = packet(i < count ? kind.apply(i) : List.of());
      assertThat(difference.at(packet)).isEmpty();
      worst = Math.max(worst, simulator.walk(packet).met());
    }
    return worst;
  }

  /** A packet that passes the tests. */
  private static SimPacket packet(List<FlowTest> tests) {
    long user = 65_534;
    int protocol = 6;
    IpAddress remote = IpAddress.parse("192.0.2.1");
    int port = 65_000;
    for (FlowTest test : tests) {
      if (test instanceof FlowTest.Owner owner) {
        user = owner.ranges().get(0).first();
      } else if (test instanceof FlowTest.Protocols protocols && !protocols.negated()) {
        protocol = protocols.numbers().iterator().next();
      } else if (test instanceof FlowTest.Networks networks) {
        remote = networks.networks().get(0).base();
      } else if (test instanceof FlowTest.Ports ports) {
        port = ports.ranges().get(0).first();
      }
    }
    return new SimPacket(
        Direction.OUT,
        Optional.of(new SimPacket.Owner(user, 100)),
        protocol,
        new SimPacket.End(IpAddress.parse("10.9.9.9"), OptionalInt.of(40_000)),
        new SimPacket.End(remote, OptionalInt.of(port)),
        Optional.empty(),
        OptionalInt.empty(),
        "eth0");
  }
}
