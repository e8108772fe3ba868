// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtOriginal;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.HeaderMatch;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.OwnerMatch;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rate;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Section;

/** What the kernel does with a packet that enters a section, said as plainly as possible. */
final class Simulator {

  /** Where a packet ended, the chains that counted it in order, and how many rules it met. */
  record Walk(String end, List<Chain> counted, int met) {}

  private record Place(ChainSpec spec, int next) {}

  private final Section.Rules section;
  private final Map<Chain, ChainSpec> specs = new HashMap<>();

  Simulator(Section.Rules section) {
    this.section = section;
    for (ChainSpec spec : section.chains()) {
      if (specs.put(spec.chain(), spec) != null) {
        throw new AssertionError(spec.chain() + " is described twice");
      }
    }
  }

  Walk walk(SimPacket packet) {
    Deque<Place> callers = new ArrayDeque<>();
    List<Chain> counted = new ArrayList<>();
    ChainSpec spec = specs.get(section.entries().get(packet.direction()));
    int next = 0;
    int met = 0;
    while (true) {
      if (next == spec.rules().size()) {
        if (callers.isEmpty()) {
          return new Walk("ran out of rules in " + spec.chain(), counted, met);
        }
        Place back = callers.pop();
        spec = back.spec();
        next = back.next();
        continue;
      }
      Rule rule = spec.rules().get(next++);
      if (!rule.families().contains(packet.family())) {
        continue;
      }
      met++;
      if (!rule.matches().stream().allMatch(match -> holds(match, packet))) {
        continue;
      }
      if (rule.target() instanceof Target.Count) {
        counted.add(spec.chain());
      } else if (rule.target() instanceof Target.JumpTo jump) {
        callers.push(new Place(spec, next));
        spec = specs.get(jump.chain());
        next = 0;
      } else if (rule.target() instanceof Target.GoTo go) {
        if (!specs.containsKey(go.chain())) {
          return new Walk(go.chain().name(), counted, met);
        }
        spec = specs.get(go.chain());
        next = 0;
      }
    }
  }

  /** One test; negation is the plain opposite, also for what has no owner. */
  private static boolean holds(Match match, SimPacket packet) {
    if (!match.families().contains(packet.family())) {
      throw new AssertionError(match + " stands in a rule of " + packet.family());
    }
    boolean wrongProtocol =
        match.impliedProtocol().filter(p -> p.number() != packet.protocol()).isPresent();
    if (wrongProtocol) {
      return false; // iptables puts -p beside the test
    }
    if (match instanceof Match.Not not) {
      return !holds(not.inner(), packet);
    }
    if (match instanceof OwnerMatch.OwnerLess) {
      return packet.owner().isEmpty();
    }
    if (match instanceof OwnerMatch.UidRange uid) {
      return packet.owner().filter(o -> within(o.user(), uid.from(), uid.to())).isPresent();
    }
    if (match instanceof OwnerMatch.GidRange gid) {
      return packet.owner().filter(o -> within(o.group(), gid.from(), gid.to())).isPresent();
    }
    return match instanceof Rate || header(match, packet);
  }

  private static boolean header(Match match, SimPacket packet) {
    if (match instanceof Match.OfProtocol of) {
      return of.protocol().number() == packet.protocol();
    }
    if (match instanceof HeaderMatch.ProtocolNumber number) {
      return number.number() == packet.protocol();
    }
    if (match instanceof HeaderMatch.StrayIcmp stray) {
      Protocol meant = stray.family() == Family.IPV4 ? Protocol.ICMPV6 : Protocol.ICMP;
      return packet.protocol() == meant.number();
    }
    if (match instanceof HeaderMatch.IcmpType type) {
      return packet.icmp().equals(OptionalInt.of(type.type()));
    }
    if (match instanceof Match.OutInterface out) {
      return out.name().equals(packet.interfaceName());
    }
    if (match instanceof Match.InInterface in) {
      return in.name().equals(packet.interfaceName());
    }
    return end(match, packet);
  }

  private static boolean end(Match match, SimPacket packet) {
    SimPacket.End asked = packet.asked().orElse(packet.destination());
    if (match instanceof HeaderMatch.Source source) {
      return in(source.network(), packet.source().address());
    }
    if (match instanceof HeaderMatch.Destination destination) {
      return in(destination.network(), packet.destination().address());
    }
    if (match instanceof CtOriginal.Destination destination) {
      return in(destination.network(), asked.address());
    }
    if (match instanceof HeaderMatch.SourcePorts ports) {
      return port(packet.source().port(), ports.from(), ports.to());
    }
    if (match instanceof HeaderMatch.DestinationPorts ports) {
      return port(packet.destination().port(), ports.from(), ports.to());
    }
    if (match instanceof CtOriginal.DestinationPorts ports) {
      // Of protocols without ports conntrack keeps something else here: as if it always fitted.
      return asked.port().isEmpty() || port(asked.port(), ports.from(), ports.to());
    }
    if (match.equals(new Match.CtStates(Set.of(CtState.DNAT)))) {
      return packet.asked().isPresent();
    }
    throw new AssertionError("the simulator does not know " + match);
  }

  private static boolean in(IpNetwork network, IpAddress address) {
    return network.contains(address.high(), address.low());
  }

  private static boolean port(OptionalInt port, int from, int to) {
    return port.isPresent() && within(port.getAsInt(), from, to);
  }

  private static boolean within(long value, long from, long to) {
    return from <= value && value <= to;
  }
}
