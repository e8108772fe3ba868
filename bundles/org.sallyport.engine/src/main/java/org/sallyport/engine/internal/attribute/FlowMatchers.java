// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.FlowTest.End;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.text.CriterionException;

/** The criteria on the packet itself. */
final class FlowMatchers {

  private FlowMatchers() {}

  /** IP protocols. */
  record Protocols(BitSet numbers, boolean negated) implements Lowerable {

    static Matcher of(Criterion criterion, Lookups lookups) {
      BitSet numbers = new BitSet(256);
      for (String value : criterion.values()) {
        numbers.set(
            IpProtocol.parse(value)
                .orElseThrow(
                    () ->
                        new CriterionException(
                            "proto: '" + value + "' is no protocol",
                            "Write tcp, udp, icmp, icmpv6, … or a number from 0 to 255.")));
      }
      return new Protocols(numbers, criterion.negated());
    }

    @Override
    public ReadSet reads() {
      return Reads.PROTOCOL;
    }

    @Override
    public Truth test(FlowView flow, SubjectView subject) {
      return Truth.of(numbers.get(flow.protocol()) != negated);
    }

    @Override
    public Optional<FlowTest> flowTest() {
      Set<Integer> named = numbers.stream().boxed().collect(Collectors.toSet());
      return Optional.of(new FlowTest.Protocols(named, negated));
    }
  }

  /**
   * Ports; a later fragment has some, but does not tell, nor does a rewritten packet the peer's.
   */
  record Ports(End end, BitSet ports, boolean negated) implements Lowerable {

    static Matcher of(Criterion criterion, End end) {
      BitSet ports = new BitSet();
      for (String value : criterion.values()) {
        int dash = value.indexOf('-', 1);
        String first = dash < 0 ? value : value.substring(0, dash);
        String last = dash < 0 ? value : value.substring(dash + 1);
        int from = (int) IdTest.number(criterion.attribute(), first, 0, 0xffff);
        int to = (int) IdTest.number(criterion.attribute(), last, 0, 0xffff);
        if (from > to) {
          throw new CriterionException(
              criterion.attribute() + ": the range '" + value + "' is empty",
              "The lower port comes first.");
        }
        ports.set(from, to + 1);
      }
      return new Ports(end, ports, criterion.negated());
    }

    @Override
    public ReadSet reads() {
      return end == End.LOCAL ? Reads.LOCAL_PORT : Reads.REMOTE_PORT;
    }

    @Override
    public Truth test(FlowView flow, SubjectView subject) {
      if (!flow.hasPorts()) {
        return IpProtocol.hasPorts(flow.protocol()) ? Truth.UNKNOWN : Truth.NO_MATCH;
      }
      if (end == End.REMOTE && !flow.knowsRemote()) {
        return Truth.UNKNOWN;
      }
      return Truth.of(
          ports.get(end == End.LOCAL ? flow.localPort() : flow.remotePort()) != negated);
    }

    @Override
    public Optional<FlowTest> flowTest() {
      List<PortRange> ranges = new ArrayList<>();
      for (int first = ports.nextSetBit(0); first >= 0; ) {
        int behind = ports.nextClearBit(first);
        ranges.add(new PortRange(first, behind - 1));
        first = ports.nextSetBit(behind);
      }
      return Optional.of(new FlowTest.Ports(end, ranges, negated));
    }
  }

  /** Addresses, kept as networks of one. A rewritten packet does not tell the peer's. */
  record Addresses(End end, NetworkSet networks, boolean negated) implements Lowerable {

    static Matcher ofAddresses(Criterion criterion, End end) {
      List<String> values = criterion.values();
      for (String value : values) {
        if (value.indexOf('/') >= 0) {
          throw new CriterionException(
              criterion.attribute() + ": '" + value + "' is a network, not an address",
              end == End.REMOTE ? "Write remote.net=" + value + "." : "Write single addresses.");
        }
      }
      return new Addresses(end, networks(criterion), criterion.negated());
    }

    static Matcher ofNetworks(Criterion criterion, Lookups lookups) {
      return new Addresses(End.REMOTE, networks(criterion), criterion.negated());
    }

    private static NetworkSet networks(Criterion criterion) {
      try {
        return NetworkSet.of(criterion.values().stream().map(IpNetwork::parse).toList());
      } catch (IllegalArgumentException e) {
        throw new CriterionException(criterion.attribute() + ": " + e.getMessage(), "");
      }
    }

    @Override
    public ReadSet reads() {
      return end == End.LOCAL ? Reads.LOCAL_ADDRESS : Reads.REMOTE_ADDRESS;
    }

    @Override
    public Truth test(FlowView flow, SubjectView subject) {
      if (end == End.REMOTE && !flow.knowsRemote()) {
        return Truth.UNKNOWN;
      }
      long high = end == End.LOCAL ? flow.localHigh() : flow.remoteHigh();
      long low = end == End.LOCAL ? flow.localLow() : flow.remoteLow();
      return Truth.of(networks.contains(high, low) != negated);
    }

    @Override
    public Optional<FlowTest> flowTest() {
      return Optional.of(new FlowTest.Networks(end, networks.networks(), negated));
    }
  }

  /**
   * Interfaces; the kernel does not always name one.
   *
   * @param test holds a name against those of the rule
   * @param exact the names, or none where the rule has a pattern
   */
  record Interfaces(ValueTest<String> test, List<String> exact, boolean negated)
      implements Lowerable {

    static Matcher of(Criterion criterion, Lookups lookups) {
      List<String> exact =
          criterion.operator() == Operator.EQUALS
              ? criterion.values().stream().distinct().sorted().toList()
              : List.of();
      return new Interfaces(TextTest.of(criterion), exact, criterion.negated());
    }

    @Override
    public ReadSet reads() {
      return Reads.INTERFACE;
    }

    @Override
    public Truth test(FlowView flow, SubjectView subject) {
      String name = flow.interfaceName();
      if (name.isEmpty()) {
        return Truth.UNKNOWN;
      }
      Truth truth = test.test(name);
      return negated ? truth.not() : truth;
    }

    @Override
    public Optional<FlowTest> flowTest() {
      return exact.isEmpty()
          ? Optional.empty()
          : Optional.of(new FlowTest.Interfaces(exact, negated));
    }
  }
}
