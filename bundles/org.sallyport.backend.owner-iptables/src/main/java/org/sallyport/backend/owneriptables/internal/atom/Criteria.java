// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.backend.owneriptables.internal.atom.Values.Net;
import org.sallyport.backend.owneriptables.internal.atom.Values.One;
import org.sallyport.backend.owneriptables.internal.atom.Values.Span;
import org.sallyport.netfilter.Family;

/**
 * All tests of one rule for one family, put together by dimension: for each the values a packet may
 * have, taken apart into pieces that do not overlap. Confined to one thread.
 */
final class Criteria {

  private static final Set<Integer> WITH_PORTS =
      new TreeSet<>(Set.of(IpProtocol.TCP, IpProtocol.UDP, IpProtocol.SCTP, IpProtocol.UDPLITE));

  /** So many networks are left out by a test each; for more, what is left is put together. */
  private static final int FEW = 8;

  private final Family family;
  private final Map<Dimension, List<Values>> pieces = new EnumMap<>(Dimension.class);
  private final Listed protocols = new Listed();
  private final Listed interfaces = new Listed();

  private Criteria(Family family) {
    this.family = family;
  }

  /**
   * Puts tests together.
   *
   * @return by dimension what a packet may have there, in pieces; none for one of them: no packet
   *     of the family
   */
  static Map<Dimension, List<Values>> of(List<FlowTest> tests, Family family) {
    Criteria criteria = new Criteria(family);
    criteria.owners(tests);
    criteria.networks(tests);
    criteria.ports(tests);
    criteria.icmp(tests);
    for (FlowTest.Protocols test : only(tests, FlowTest.Protocols.class)) {
      criteria.protocols.add(test.numbers(), test.negated());
    }
    for (FlowTest.Interfaces test : only(tests, FlowTest.Interfaces.class)) {
      criteria.interfaces.add(test.names(), test.negated());
    }
    criteria.put(Dimension.PROTOCOL, criteria.protocols.pieces());
    criteria.put(Dimension.INTERFACE, criteria.interfaces.pieces());
    return criteria.pieces;
  }

  private static <T extends FlowTest> List<T> only(List<FlowTest> tests, Class<T> kind) {
    return tests.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void put(Dimension dimension, Optional<? extends List<? extends Values>> values) {
    values.ifPresent(list -> pieces.put(dimension, List.copyOf(list)));
  }

  private void owners(List<FlowTest> tests) {
    Numbers users = new Numbers(IdRange.MAX);
    Numbers groups = new Numbers(IdRange.MAX);
    for (FlowTest.Owner test : only(tests, FlowTest.Owner.class)) {
      List<Span> spans =
          test.ranges().stream().map(range -> new Span(range.first(), range.last())).toList();
      (test.kind() == FlowTest.IdKind.USER ? users : groups).add(spans, test.negated());
    }
    put(Dimension.USER, users.pieces());
    put(Dimension.GROUP, groups.pieces());
  }

  /** A test on all ports is still one on there being any: two halves say it. */
  private void ports(List<FlowTest> tests) {
    Numbers local = new Numbers(PortRange.MAX);
    Numbers remote = new Numbers(PortRange.MAX);
    for (FlowTest.Ports test : only(tests, FlowTest.Ports.class)) {
      List<Span> spans =
          test.ranges().stream().map(range -> new Span(range.first(), range.last())).toList();
      (test.end() == FlowTest.End.LOCAL ? local : remote).add(spans, test.negated());
      protocols.add(WITH_PORTS, false);
    }
    put(Dimension.LOCAL_PORT, local.pieces().map(Criteria::halved));
    put(Dimension.REMOTE_PORT, remote.pieces().map(Criteria::halved));
  }

  private static List<Span> halved(List<Span> spans) {
    int half = PortRange.MAX / 2;
    return spans.equals(List.of(new Span(0, PortRange.MAX)))
        ? List.of(new Span(0, half), new Span(half + 1L, PortRange.MAX))
        : spans;
  }

  private void networks(List<FlowTest> tests) {
    for (FlowTest.End end : FlowTest.End.values()) {
      List<FlowTest.Networks> mine =
          only(tests, FlowTest.Networks.class).stream().filter(t -> t.end() == end).toList();
      left(mine)
          .ifPresent(
              values ->
                  pieces.put(
                      end == FlowTest.End.LOCAL ? Dimension.LOCAL : Dimension.REMOTE, values));
    }
  }

  private Optional<List<Values>> left(List<FlowTest.Networks> tests) {
    List<IpNetwork> left = List.of(Nets.all(family == Family.IPV4));
    List<IpNetwork> out = new ArrayList<>();
    for (FlowTest.Networks test : tests) {
      List<IpNetwork> mine =
          Nets.disjoint(test.networks().stream().filter(this::isOfFamily).toList());
      if (test.negated()) {
        out.addAll(mine);
      } else {
        left = Nets.common(left, mine);
      }
    }
    out = Nets.disjoint(out);
    boolean nothing = out.stream().anyMatch(network -> network.prefixLength() == 0);
    if (isEverything(left) && !nothing && !out.isEmpty() && out.size() <= FEW) {
      return Optional.of(
          List.of(new Values.Except(out.stream().map(Net::new).collect(Collectors.toSet()))));
    }
    for (IpNetwork one : out) {
      left = Nets.minus(left, one);
    }
    return isEverything(left)
        ? Optional.empty()
        : Optional.of(left.stream().<Values>map(Net::new).toList());
  }

  private static boolean isEverything(List<IpNetwork> networks) {
    return networks.size() == 1 && networks.get(0).prefixLength() == 0;
  }

  private boolean isOfFamily(IpNetwork network) {
    return network.base().isIpv4() == (family == Family.IPV4);
  }

  private void icmp(List<FlowTest> tests) {
    boolean v4 = family == Family.IPV4;
    Listed types = new Listed();
    for (FlowTest.IcmpTypes test : only(tests, FlowTest.IcmpTypes.class)) {
      protocols.add(Set.of(v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6), false);
      types.add(v4 ? test.v4() : test.v6(), test.negated());
    }
    put(Dimension.ICMP_TYPE, types.pieces());
  }

  /** What tests on ids or ports leave. */
  private static final class Numbers {
    private final long max;
    private Optional<List<Span>> left = Optional.empty();

    Numbers(long max) {
      this.max = max;
    }

    void add(List<Span> spans, boolean negated) {
      List<Span> joined = Spans.joined(spans);
      List<Span> mine = negated ? Spans.others(joined, max) : joined;
      left = Optional.of(left.map(before -> Spans.common(before, mine)).orElse(mine));
    }

    Optional<List<Span>> pieces() {
      return left;
    }
  }

  /** What tests on single values leave. */
  private static final class Listed {
    private Optional<Set<Object>> in = Optional.empty();
    private final Set<Object> out = new TreeSet<>();

    void add(Collection<?> values, boolean negated) {
      if (negated) {
        out.addAll(values);
        return;
      }
      Set<Object> mine = new TreeSet<>(values);
      in.ifPresent(mine::retainAll);
      in = Optional.of(mine);
    }

    Optional<List<Values>> pieces() {
      if (in.isPresent()) {
        Stream<Object> left = in.get().stream().filter(value -> !out.contains(value));
        return Optional.of(left.<Values>map(One::new).toList());
      }
      return out.isEmpty()
          ? Optional.empty()
          : Optional.of(
              List.of(new Values.Except(out.stream().map(One::new).collect(Collectors.toSet()))));
    }
  }
}
