// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import org.sallyport.api.packet.IpNetwork;

/** Tests on what stands in the packet's headers. */
public final class HeaderMatch {

  private static final int BYTE_MAX = 255;
  private static final Set<Protocol> WITH_PORTS =
      EnumSet.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.UDPLITE);

  private HeaderMatch() {}

  /**
   * A transport protocol without a name in {@link Protocol}. IPv6 takes 43, 44, 51 and 60 for
   * extension headers and looks behind them: there they never match.
   *
   * @param number 1 to 255, none that {@link Protocol} names: a test has one form only
   */
  public record ProtocolNumber(int number) implements Match.Negatable {
    /** Checks the range. */
    public ProtocolNumber {
      if (number < 1 || number > BYTE_MAX) {
        throw new IllegalArgumentException("a protocol is 1 to 255, not " + number);
      }
      if (Protocol.find(Integer.toString(number)).isPresent()) {
        throw new IllegalArgumentException("protocol " + number + " is matched by its name");
      }
    }

    @Override
    public MatchOption option() {
      return MatchOption.header("-p", Integer.toString(number));
    }
  }

  /**
   * The ICMP of one family inside a packet of the other: nobody speaks it, but a raw socket can
   * send it, and a rule on the protocol's number means it too.
   *
   * @param family the packet's: ICMPv6 in IPv4, ICMP in IPv6
   */
  public record StrayIcmp(Family family) implements Match.Negatable {
    /** Checks that there is a family. */
    public StrayIcmp {
      Objects.requireNonNull(family, "family");
    }

    @Override
    public MatchOption option() {
      Protocol protocol = family == Family.IPV4 ? Protocol.ICMPV6 : Protocol.ICMP;
      return MatchOption.header("-p", protocol.label());
    }

    @Override
    public Set<Family> families() {
      return EnumSet.of(family);
    }
  }

  /**
   * The type, and maybe code, of an ICMP or ICMPv6 message.
   *
   * @param family IPv4 for ICMP, IPv6 for ICMPv6
   * @param type 0 to 254; 255 is iptables' "any" for ICMP and refused
   * @param code 0 to 255, or empty for every code
   */
  public record IcmpType(Family family, int type, OptionalInt code) implements Match.Negatable {
    /** Checks the ranges. */
    public IcmpType {
      Objects.requireNonNull(family, "family");
      if (type < 0 || type >= BYTE_MAX || code.orElse(0) < 0 || code.orElse(0) > BYTE_MAX) {
        throw new IllegalArgumentException(
            "an ICMP type is 0 to 254 and a code 0 to 255, not " + type + "/" + code);
      }
    }

    @Override
    public MatchOption option() {
      String text = code.isPresent() ? type + "/" + code.getAsInt() : Integer.toString(type);
      return family == Family.IPV4
          ? MatchOption.of("icmp", "--icmp-type", text)
          : MatchOption.of("icmp6", "--icmpv6-type", text);
    }

    @Override
    public Optional<Protocol> impliedProtocol() {
      return Optional.of(family == Family.IPV4 ? Protocol.ICMP : Protocol.ICMPV6);
    }

    @Override
    public Set<Family> families() {
      return EnumSet.of(family);
    }
  }

  /**
   * A piece of a packet. Connection tracking puts pieces together before any table sees them; those
   * of a raw socket with IP_NODEFRAG and of hosts without tracking stay.
   *
   * @param family IPv4: the second and further pieces, which hold no port; IPv6: whatever has a
   *     fragment header, also a first piece
   */
  public record Fragment(Family family) implements Match {
    /** Checks that there is a family. */
    public Fragment {
      Objects.requireNonNull(family, "family");
    }

    @Override
    public MatchOption option() {
      return family == Family.IPV4 ? MatchOption.header("-f", "") : MatchOption.bare("frag");
    }

    @Override
    public Set<Family> families() {
      return EnumSet.of(family);
    }
  }

  /**
   * The IPv6 hop limit; neighbour discovery is genuine at 255 only (RFC 4861).
   *
   * @param hops 0 to 255
   */
  public record HopLimit(int hops) implements Match {
    /** Checks the range. */
    public HopLimit {
      if (hops < 0 || hops > BYTE_MAX) {
        throw new IllegalArgumentException("a hop limit is 0 to 255, not " + hops);
      }
    }

    @Override
    public MatchOption option() {
      return MatchOption.of("hl", "--hl-eq", Integer.toString(hops));
    }

    @Override
    public Set<Family> families() {
      return EnumSet.of(Family.IPV6);
    }
  }

  /**
   * The sender's port.
   *
   * @param protocol TCP, UDP, SCTP or UDP-Lite
   * @param from lowest port, host order, 0 to 65535
   * @param to highest port, not below {@code from}; not all ports together
   */
  public record SourcePorts(Protocol protocol, int from, int to) implements Match.Negatable {
    /** Checks protocol and range. */
    public SourcePorts {
      requirePorts(protocol);
      Checks.ports(from, to);
    }

    @Override
    public MatchOption option() {
      return portOption(protocol, "--sport", from, to);
    }

    @Override
    public MatchOption negatedOption() {
      return otherPorts(protocol, from, to, (f, t) -> new SourcePorts(protocol, f, t))
          .orElse(option().negated());
    }

    @Override
    public Optional<Protocol> impliedProtocol() {
      return Optional.of(protocol);
    }
  }

  /**
   * The receiver's port.
   *
   * @param protocol TCP, UDP, SCTP or UDP-Lite
   * @param from lowest port, host order, 0 to 65535
   * @param to highest port, not below {@code from}; not all ports together
   */
  public record DestinationPorts(Protocol protocol, int from, int to) implements Match.Negatable {
    /** Checks protocol and range. */
    public DestinationPorts {
      requirePorts(protocol);
      Checks.ports(from, to);
    }

    @Override
    public MatchOption option() {
      return portOption(protocol, "--dport", from, to);
    }

    @Override
    public MatchOption negatedOption() {
      return otherPorts(protocol, from, to, (f, t) -> new DestinationPorts(protocol, f, t))
          .orElse(option().negated());
    }

    @Override
    public Optional<Protocol> impliedProtocol() {
      return Optional.of(protocol);
    }
  }

  /**
   * The source address.
   *
   * @param network where it must lie; its family is the rule's
   */
  public record Source(IpNetwork network) implements Match.Negatable {
    /** Checks that there is a network. */
    public Source {
      Objects.requireNonNull(network, "network");
    }

    @Override
    public MatchOption option() {
      return MatchOption.header("-s", network.toString());
    }

    @Override
    public Set<Family> families() {
      return familyOf(network);
    }
  }

  /**
   * The destination address.
   *
   * @param network where it must lie; its family is the rule's
   */
  public record Destination(IpNetwork network) implements Match.Negatable {
    /** Checks that there is a network. */
    public Destination {
      Objects.requireNonNull(network, "network");
    }

    @Override
    public MatchOption option() {
      return MatchOption.header("-d", network.toString());
    }

    @Override
    public Set<Family> families() {
      return familyOf(network);
    }
  }

  /** UDP-Lite has no module of its own. */
  private static MatchOption portOption(Protocol protocol, String name, int from, int to) {
    String range = Checks.range(from, to, ":");
    return protocol == Protocol.UDPLITE
        ? MatchOption.of("multiport", name + "s", range)
        : MatchOption.of(protocol.label(), name, range);
  }

  /**
   * For TCP and UDP iptables-nft turns "all but a range at one end" into the range at the other
   * end; so do we.
   */
  private static Optional<MatchOption> otherPorts(
      Protocol protocol, int from, int to, BiFunction<Integer, Integer, Match> maker) {
    if (protocol != Protocol.TCP && protocol != Protocol.UDP) {
      return Optional.empty();
    }
    if (from == 0) {
      return Optional.of(maker.apply(to + 1, Checks.PORT_MAX).option());
    }
    return to == Checks.PORT_MAX
        ? Optional.of(maker.apply(0, from - 1).option())
        : Optional.empty();
  }

  private static void requirePorts(Protocol protocol) {
    if (!WITH_PORTS.contains(protocol)) {
      throw new IllegalArgumentException(
          "ports are matched for TCP, UDP, SCTP and UDP-Lite, not " + protocol);
    }
  }

  private static Set<Family> familyOf(IpNetwork network) {
    return EnumSet.of(network.base().isIpv4() ? Family.IPV4 : Family.IPV6);
  }
}
