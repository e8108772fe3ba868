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

  private HeaderMatch() {}

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
   * @param protocol TCP or UDP
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
      return MatchOption.of(protocol.label(), "--sport", Checks.range(from, to, ":"));
    }

    @Override
    public MatchOption negatedOption() {
      return otherPorts(from, to, (f, t) -> new SourcePorts(protocol, f, t))
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
   * @param protocol TCP or UDP
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
      return MatchOption.of(protocol.label(), "--dport", Checks.range(from, to, ":"));
    }

    @Override
    public MatchOption negatedOption() {
      return otherPorts(from, to, (f, t) -> new DestinationPorts(protocol, f, t))
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

  /** iptables turns "all but a range at one end" into the range at the other end; so do we. */
  private static Optional<MatchOption> otherPorts(
      int from, int to, BiFunction<Integer, Integer, Match> maker) {
    if (from == 0) {
      return Optional.of(maker.apply(to + 1, Checks.PORT_MAX).option());
    }
    return to == Checks.PORT_MAX
        ? Optional.of(maker.apply(0, from - 1).option())
        : Optional.empty();
  }

  private static void requirePorts(Protocol protocol) {
    if (protocol != Protocol.TCP && protocol != Protocol.UDP) {
      throw new IllegalArgumentException("ports are matched for TCP and UDP, not " + protocol);
    }
  }

  private static Set<Family> familyOf(IpNetwork network) {
    return EnumSet.of(network.base().isIpv4() ? Family.IPV4 : Family.IPV6);
  }
}
