// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.backend.owneriptables.internal.atom.Box;
import org.sallyport.backend.owneriptables.internal.atom.Dimension;
import org.sallyport.backend.owneriptables.internal.atom.Values;
import org.sallyport.backend.owneriptables.internal.atom.Values.Except;
import org.sallyport.backend.owneriptables.internal.atom.Values.Net;
import org.sallyport.backend.owneriptables.internal.atom.Values.One;
import org.sallyport.backend.owneriptables.internal.atom.Values.Span;
import org.sallyport.netfilter.CtOriginal;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.HeaderMatch;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.OwnerMatch;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;

/**
 * Writes boxes as rules of iptables.
 *
 * @param direction whose packets
 * @param family the rules' family
 * @param rewritten whether the packets' destinations were rewritten: what the program asked for is
 *     then in the connection, not in the packet
 */
public record Printer(Direction direction, Family family, boolean rewritten) {

  /**
   * A rule.
   *
   * @param box which packets; at most one value left out of protocol and interface
   * @param region where all packets that get here lie
   * @param target what to do with them
   * @return the rule, of this family only
   */
  Rule rule(Box box, Box region, Target target) {
    Optional<Protocol> protocol = protocol(box).or(() -> protocol(region));
    List<Match> matches = new ArrayList<>();
    for (Map.Entry<Dimension, Values> side : box.sides().entrySet()) {
      Values values = side.getValue();
      if (values instanceof Except except) {
        except.out().stream()
            .sorted(Comparator.comparing(Values::toString))
            .forEach(out -> matches.add(Match.not(test(side.getKey(), out, protocol))));
      } else {
        matches.add(test(side.getKey(), values, protocol));
      }
    }
    return new Rule(matches, target, Optional.empty(), EnumSet.of(family));
  }

  private static Optional<Protocol> protocol(Box box) {
    return box.side(Dimension.PROTOCOL)
        .filter(One.class::isInstance)
        .flatMap(one -> Protocol.find(((One) one).value().toString()));
  }

  private Match.Negatable test(Dimension dimension, Values values, Optional<Protocol> protocol) {
    return switch (dimension) {
      case USER -> new OwnerMatch.UidRange(span(values).first(), span(values).last());
      case GROUP -> new OwnerMatch.GidRange(span(values).first(), span(values).last());
      case PROTOCOL -> protocol((Integer) ((One) values).value());
      case INTERFACE -> interfaceName((String) ((One) values).value());
      case LOCAL -> address(((Net) values).network(), direction == Direction.IN);
      case REMOTE -> address(((Net) values).network(), direction != Direction.IN);
      case LOCAL_PORT -> ports(protocol, span(values), direction == Direction.IN);
      case REMOTE_PORT -> ports(protocol, span(values), direction != Direction.IN);
      case ICMP_TYPE ->
          new HeaderMatch.IcmpType(family, (Integer) ((One) values).value(), OptionalInt.empty());
    };
  }

  private static Span span(Values values) {
    return (Span) values;
  }

  private Match.Negatable protocol(int number) {
    int foreign = family == Family.IPV4 ? IpProtocol.ICMPV6 : IpProtocol.ICMP;
    return number == foreign ? new HeaderMatch.StrayIcmp(family) : Match.protocol(number);
  }

  private Match.Negatable interfaceName(String name) {
    return direction == Direction.IN ? new Match.InInterface(name) : new Match.OutInterface(name);
  }

  private Match.Negatable address(IpNetwork network, boolean destination) {
    if (!destination) {
      return new HeaderMatch.Source(network);
    }
    return rewritten ? new CtOriginal.Destination(network) : new HeaderMatch.Destination(network);
  }

  private Match.Negatable ports(Optional<Protocol> protocol, Span ports, boolean destination) {
    int from = (int) ports.first();
    int to = (int) ports.last();
    if (!destination) {
      return new HeaderMatch.SourcePorts(protocol.orElseThrow(), from, to);
    }
    return rewritten
        ? new CtOriginal.DestinationPorts(from, to)
        : new HeaderMatch.DestinationPorts(protocol.orElseThrow(), from, to);
  }
}
