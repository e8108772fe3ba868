// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.text.CriterionException;

/**
 * ICMP types. A number means that type of both families; a name means each family's own number
 * (IANA icmp-parameters and icmpv6-parameters).
 *
 * @param v4 types of ICMP
 * @param v6 types of ICMPv6
 * @param negated whether none of them may be it
 */
public record IcmpTypes(BitSet v4, BitSet v6, boolean negated) implements Lowerable {

  private static final int NONE = -1;

  private record Numbers(int v4, int v6) {}

  private static final Map<String, Numbers> NAMES =
      Map.ofEntries(
          Map.entry("echo-reply", new Numbers(0, 129)),
          Map.entry("echo-request", new Numbers(8, 128)),
          Map.entry("destination-unreachable", new Numbers(3, 1)),
          Map.entry("packet-too-big", new Numbers(NONE, 2)),
          Map.entry("time-exceeded", new Numbers(11, 3)),
          Map.entry("parameter-problem", new Numbers(12, 4)),
          Map.entry("redirect", new Numbers(5, 137)),
          Map.entry("timestamp-request", new Numbers(13, NONE)),
          Map.entry("timestamp-reply", new Numbers(14, NONE)),
          Map.entry("router-solicitation", new Numbers(10, 133)),
          Map.entry("router-advertisement", new Numbers(9, 134)),
          Map.entry("neighbour-solicitation", new Numbers(NONE, 135)),
          Map.entry("neighbour-advertisement", new Numbers(NONE, 136)));

  static Matcher of(Criterion criterion, Lookups lookups) {
    BitSet v4 = new BitSet(256);
    BitSet v6 = new BitSet(256);
    for (String value : criterion.values()) {
      Numbers numbers = NAMES.get(value);
      if (numbers == null) {
        int number = number(value);
        numbers = new Numbers(number, number);
      }
      set(v4, numbers.v4());
      set(v6, numbers.v6());
    }
    return new IcmpTypes(v4, v6, criterion.negated());
  }

  private static void set(BitSet types, int number) {
    if (number != NONE) {
      types.set(number);
    }
  }

  /** Reads a name or number as a type of one family. */
  public static int number(String value, boolean v6) {
    Numbers named = NAMES.get(value);
    int number = named == null ? number(value) : v6 ? named.v6() : named.v4();
    if (number == NONE) {
      throw new CriterionException(
          "icmp.type: " + (v6 ? "ICMPv6" : "ICMP") + " has no '" + value + "'", "");
    }
    return number;
  }

  private static int number(String value) {
    if (!value.matches("[0-9]{1,3}") || Integer.parseInt(value) > 255) {
      throw new CriterionException(
          "icmp.type: '" + value + "' is no ICMP type",
          "Write a number from 0 to 255 or one of "
              + String.join(", ", new TreeSet<>(NAMES.keySet()))
              + ".");
    }
    return Integer.parseInt(value);
  }

  @Override
  public ReadSet reads() {
    return Reads.ICMP_TYPE;
  }

  @Override
  public Truth test(FlowView flow, SubjectView subject) {
    boolean icmp = flow.protocol() == IpProtocol.ICMP;
    if (!icmp && flow.protocol() != IpProtocol.ICMPV6) {
      return Truth.NO_MATCH;
    }
    if (!flow.hasIcmpType()) {
      return Truth.UNKNOWN;
    }
    return Truth.of((icmp ? v4 : v6).get(flow.icmpType()) != negated);
  }

  @Override
  public Optional<FlowTest> flowTest() {
    return Optional.of(new FlowTest.IcmpTypes(numbers(v4), numbers(v6), negated));
  }

  private static Set<Integer> numbers(BitSet types) {
    return types.stream().boxed().collect(Collectors.toSet());
  }
}
