// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.rule.Action;
import org.sallyport.netfilter.Match;

/** What iptables can ask exactly. Immutable. */
final class IptablesExpressiveness implements Expressiveness {

  /** IPv6 looks behind these headers; and 0 stands for every protocol. */
  private static final Set<Integer> UNSEEN_PROTOCOLS = Set.of(0, 43, 44, 51, 60);

  /** A value that iptables takes for "any". */
  private static final int ANY_ICMP = 255;

  private static final int MAPPED_HALF = 0x7fff;
  private static final int MAPPED_SHIFT = 33;
  private static final int MAPPED_PREFIX = 95;

  @Override
  public Optional<String> refusal(Direction direction, FlowTest test) {
    if (test instanceof FlowTest.Owner) {
      return owner(direction);
    }
    if (test instanceof FlowTest.Protocols protocols) {
      return first(protocols.numbers(), UNSEEN_PROTOCOLS::contains)
          .map(number -> "ip6tables cannot ask for protocol " + number);
    }
    if (test instanceof FlowTest.IcmpTypes types) {
      return types.v4().contains(ANY_ICMP) || types.v6().contains(ANY_ICMP)
          ? Optional.of("iptables takes ICMP type 255 for every type")
          : Optional.empty();
    }
    if (test instanceof FlowTest.Interfaces interfaces) {
      return first(interfaces.names(), name -> !isNameable(name))
          .map(name -> "iptables cannot name the interface '" + name + "'");
    }
    if (test instanceof FlowTest.Networks networks) {
      return first(networks.networks(), IptablesExpressiveness::isHalfMapped)
          .map(network -> "IPv6 packets to " + network + " count as IPv4");
    }
    return Optional.empty();
  }

  private static Optional<String> owner(Direction direction) {
    return switch (direction) {
      case OUT -> Optional.empty();
      case IN -> Optional.of("iptables sees no owner of what arrives");
      case FORWARD -> Optional.of("what is routed through has no owner");
    };
  }

  private static <T> Optional<T> first(Collection<T> values, Predicate<T> wanted) {
    return List.copyOf(values).stream().filter(wanted).findFirst();
  }

  private static boolean isNameable(String name) {
    try {
      return !new Match.OutInterface(name).name().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The neighbourhood of ::ffff:0:0/96, whose addresses are kept as those of IPv4. */
  private static boolean isHalfMapped(IpNetwork network) {
    return !network.base().isIpv4()
        && network.prefixLength() >= MAPPED_PREFIX
        && network.base().high() == 0
        && network.base().low() >>> MAPPED_SHIFT == MAPPED_HALF;
  }

  @Override
  public Optional<String> refusal(Direction direction, Action action) {
    return action == Action.ASK ? Optional.of("the kernel cannot ask a person") : Optional.empty();
  }
}
