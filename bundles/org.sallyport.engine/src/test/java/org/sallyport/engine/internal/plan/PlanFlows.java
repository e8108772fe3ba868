// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/** Flows whose packets' own facts a kernel knows, and anything about who is behind them. */
final class PlanFlows {

  static final List<String> ADDRESSES =
      List.of(
          "10.0.0.2",
          "10.1.2.3",
          "192.0.2.129",
          "255.255.255.255",
          "2001:db8::1",
          "2001:db8:8000::2",
          "fd77::2",
          "::2");
  static final List<Integer> PORTS = List.of(0, 1, 22, 80, 81, 443, 65_535);
  static final List<String> INTERFACES = List.of("eth0", "eth0.100", "wg0", "lo");

  private static final List<Integer> V4 = List.of(1, 6, 17, 47, 132, 136, 255);
  private static final List<Integer> V6 = List.of(58, 6, 17, 47, 132, 136, 0);

  private final Random random;

  PlanFlows(Random random) {
    this.random = random;
  }

  /** A packet as a kernel sees it: the flow, and who opened its socket, both or neither. */
  record Packet(Flow flow, Fact<Long> user, Fact<Long> group) {

    boolean owned() {
      return user instanceof Fact.Known;
    }

    boolean kernelMade() {
      return !owned() && flow.direction() == Direction.OUT;
    }
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private <T> Fact<T> fact(List<T> values) {
    return switch (random.nextInt(8)) {
      case 0 -> new Fact.Unknown<>("lost");
      case 1 -> new Fact.Absent<>("none");
      case 2 -> new Fact.Pending<>("coming");
      default -> new Fact.Known<>(one(values), "test");
    };
  }

  Packet packet() {
    Direction direction = random.nextBoolean() ? Direction.OUT : one(List.of(Direction.values()));
    IpAddress local = IpAddress.parse(one(ADDRESSES));
    IpAddress remote;
    do {
      remote = IpAddress.parse(one(ADDRESSES));
    } while (remote.isIpv4() != local.isIpv4());
    int protocol = one(local.isIpv4() ? V4 : V6);
    boolean icmp = protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
    OptionalInt type =
        icmp ? OptionalInt.of(one(List.of(0, 1, 2, 5, 8, 128, 137, 255))) : OptionalInt.empty();
    Flow flow =
        new Flow(
            direction,
            protocol,
            new Endpoint(local, port(protocol)),
            new Endpoint(remote, port(protocol)),
            type,
            one(INTERFACES));
    boolean owned = direction != Direction.FORWARD && random.nextInt(4) > 0;
    return owned
        ? new Packet(flow, known(0L, 1000L, 1001L, 1002L, 4_294_967_294L), known(0L, 50L, 51L))
        : new Packet(flow, new Fact.Absent<>("no owner"), new Fact.Absent<>("no owner"));
  }

  private OptionalInt port(int protocol) {
    return IpProtocol.hasPorts(protocol) ? OptionalInt.of(one(PORTS)) : OptionalInt.empty();
  }

  private Fact<Long> known(Long... values) {
    return new Fact.Known<>(one(List.of(values)), "test");
  }

  private SubjectKind kind(Packet packet) {
    if (packet.owned()) {
      return one(List.of(SubjectKind.PROCESS, SubjectKind.UNKNOWN, SubjectKind.PENDING));
    }
    return switch (packet.flow().direction()) {
      case OUT -> SubjectKind.KERNEL;
      case IN -> SubjectKind.NONE;
      case FORWARD -> SubjectKind.FORWARD;
    };
  }

  private Executable executable() {
    String path = one(List.of("/a", "/b", "/c"));
    return new Executable(path, new FileIdentity(9, 9, -1, 0, 0), random.nextBoolean(), false);
  }

  /** Anybody who may be behind it: what a kernel knows is as it is, all else is anything. */
  Subject anybody(Packet packet) {
    Fact<Executable> parent = fact(List.of(executable()));
    return new Subject(
        kind(packet),
        packet.user(),
        packet.group(),
        fact(List.of(new ProcessId(42, 1), new ProcessId(42, 2), new ProcessId(43, 1))),
        fact(List.of(executable())),
        fact(List.of("0".repeat(64))),
        fact(List.of(0L, 1L << 13)),
        fact(List.of("curl", "wget")),
        fact(List.of("curl x", "wget y")),
        fact(List.of(0L, 1000L)),
        fact(List.of("/system.slice/web.service", "/user.slice")),
        fact(List.of(List.of(new Ancestor(new ProcessId(1, 1), parent)), List.of())),
        fact(List.of(0L, 50L)),
        fact(List.of("", "/opt/tool")),
        fact(List.of("", "snap:lxd")),
        fact(List.of("", "web")),
        "test");
  }
}
