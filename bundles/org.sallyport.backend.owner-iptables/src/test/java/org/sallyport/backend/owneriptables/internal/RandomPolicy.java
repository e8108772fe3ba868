// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.rule.Action;
import org.sallyport.backend.owneriptables.internal.atom.Nets;

/** Programs and packets by chance, from few values, so that they meet often. Repeatable by seed. */
final class RandomPolicy {

  private static final List<Integer> PROTOCOLS = List.of(6, 17, 1, 58, 132, 136, 47, 50);
  private static final List<String> INTERFACES = List.of("eth0", "eth1", "wg0", "lo");
  private static final List<Action> ACTIONS =
      List.of(Action.ALLOW, Action.DENY, Action.REJECT, Action.LOG);

  private final Random random;

  RandomPolicy(long seed) {
    random = new Random(seed);
  }

  KernelProgram program(int steps) {
    Map<Direction, List<KernelStep>> all = new EnumMap<>(Direction.class);
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      List<KernelStep> mine = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        mine.add(step("r" + i + "-" + direction.name().toLowerCase(Locale.ROOT), direction));
      }
      all.put(direction, mine);
      defaults.put(direction, pick(List.of(Verdict.values())));
    }
    return new KernelProgram(all, defaults);
  }

  private KernelStep step(String id, Direction direction) {
    List<FlowTest> tests = new ArrayList<>();
    // Seldom none at all: such a step hides all behind it.
    int count = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      tests.add(test(direction));
    }
    return random.nextInt(8) == 0
        ? new KernelStep.PassOn(id, tests, "chance")
        : new KernelStep.Decide(id, pick(ACTIONS), tests);
  }

  private FlowTest test(Direction direction) {
    boolean negated = random.nextInt(3) == 0;
    FlowTest.End end = pick(List.of(FlowTest.End.values()));
    return switch (random.nextInt(direction == Direction.OUT ? 8 : 6)) {
      case 0 -> new FlowTest.Protocols(Set.copyOf(some(() -> pick(PROTOCOLS))), negated);
      case 1, 2 -> new FlowTest.Networks(end, some(this::network), negated);
      case 3 -> new FlowTest.Ports(end, some(this::ports), negated);
      case 4 -> new FlowTest.Interfaces(some(() -> pick(INTERFACES)), negated);
      case 5 -> new FlowTest.IcmpTypes(types(), types(), negated);
      default ->
          new FlowTest.Owner(pick(List.of(FlowTest.IdKind.values())), some(this::ids), negated);
    };
  }

  private <T> List<T> some(Supplier<T> one) {
    List<T> some = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      some.add(one.get());
    }
    return some;
  }

  private Set<Integer> types() {
    Set<Integer> types = new HashSet<>(Set.of(random.nextInt(4)));
    if (random.nextBoolean()) {
      types.add(128 + random.nextInt(2));
    }
    return types;
  }

  private IdRange ids() {
    if (random.nextInt(20) == 0) {
      return new IdRange(0, IdRange.MAX);
    }
    long first = random.nextInt(12);
    return new IdRange(first, first + random.nextInt(4));
  }

  private PortRange ports() {
    if (random.nextInt(20) == 0) {
      return new PortRange(0, PortRange.MAX);
    }
    int first = random.nextInt(8) == 0 ? PortRange.MAX - random.nextInt(3) : random.nextInt(12);
    return new PortRange(first, Math.min(PortRange.MAX, first + random.nextInt(4)));
  }

  private IpNetwork network() {
    boolean v4 = random.nextBoolean();
    int width = v4 ? 32 : 128;
    int length =
        switch (random.nextInt(5)) {
          case 0 -> 0;
          case 1 -> 1 + random.nextInt(3);
          case 2 -> width - 2 + random.nextInt(2);
          default -> width;
        };
    IpAddress address = address(v4);
    IpNetwork network = new IpNetwork(v4 ? IpAddress.ofIpv4(0) : new IpAddress(0, 0), 0);
    while (network.prefixLength() < length) {
      IpNetwork upper = Nets.half(network, true);
      network = upper.contains(address.high(), address.low()) ? upper : Nets.half(network, false);
    }
    return network;
  }

  private IpAddress address(boolean v4) {
    int top = random.nextInt(3);
    int low = random.nextInt(6);
    return v4 ? IpAddress.ofIpv4(top << 30 | low) : new IpAddress((long) top << 62 | 1L << 40, low);
  }

  SimPacket packet(Direction direction) {
    boolean v4 = random.nextBoolean();
    int protocol = random.nextInt(10) == 0 ? random.nextInt(256) : pick(PROTOCOLS);
    boolean icmp = protocol == (v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6);
    boolean out = direction == Direction.OUT;
    return new SimPacket(
        direction,
        out && random.nextInt(4) != 0
            ? Optional.of(new SimPacket.Owner(id(), id()))
            : Optional.empty(),
        protocol,
        end(v4, protocol),
        end(v4, protocol),
        out && random.nextInt(3) == 0 ? Optional.of(end(v4, protocol)) : Optional.empty(),
        icmp
            ? OptionalInt.of(random.nextBoolean() ? random.nextInt(5) : 127 + random.nextInt(4))
            : OptionalInt.empty(),
        random.nextInt(6) == 0 ? "other" : pick(INTERFACES));
  }

  private long id() {
    return random.nextInt(10) == 0 ? IdRange.MAX - random.nextInt(2) : random.nextInt(16);
  }

  private SimPacket.End end(boolean v4, int protocol) {
    int port = random.nextInt(6) == 0 ? PortRange.MAX - random.nextInt(4) : random.nextInt(16);
    return new SimPacket.End(
        address(v4), IpProtocol.hasPorts(protocol) ? OptionalInt.of(port) : OptionalInt.empty());
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
