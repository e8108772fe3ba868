// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One test of a rule. All tests of a rule must hold. Immutable, checked when made; what it prints
 * is described in iptables-extensions(8).
 */
public sealed interface Match
    permits Match.Negatable,
        Match.Not,
        Match.CtWay,
        Rate,
        Match.PinnedProgram,
        HeaderMatch.Fragment,
        HeaderMatch.HopLimit,
        OwnerMatch.OwnerLess {

  /**
   * What the test looks like in a rule.
   *
   * @return the option iptables knows it by
   */
  MatchOption option();

  /**
   * The protocol without which the test makes no sense; the rule then says it by itself.
   *
   * @return empty if the test holds for any protocol
   */
  default Optional<Protocol> impliedProtocol() {
    return Optional.empty();
  }

  /**
   * The families that know this test.
   *
   * @return never empty
   */
  default Set<Family> families() {
    return EnumSet.allOf(Family.class);
  }

  /** A test that iptables can turn around. */
  sealed interface Negatable extends Match
      permits OfProtocol,
          TcpSyn,
          TcpReset,
          PacketMark,
          ConnMark,
          CtStates,
          OutInterface,
          InInterface,
          HeaderMatch.ProtocolNumber,
          HeaderMatch.StrayIcmp,
          HeaderMatch.IcmpType,
          HeaderMatch.SourcePorts,
          HeaderMatch.DestinationPorts,
          HeaderMatch.Source,
          HeaderMatch.Destination,
          CtOriginal.Destination,
          CtOriginal.DestinationPorts,
          OwnerMatch.SocketExists,
          OwnerMatch.UidRange,
          OwnerMatch.GidRange {

    /**
     * What the opposite test looks like in a rule.
     *
     * @return the option as iptables prints it back
     */
    default MatchOption negatedOption() {
      return option().negated();
    }
  }

  /**
   * The transport protocol by its number.
   *
   * @param number 1 to 255
   * @return {@link OfProtocol} if it has a name here, else {@link HeaderMatch.ProtocolNumber}
   */
  static Negatable protocol(int number) {
    Optional<Protocol> named = Protocol.find(Integer.toString(number));
    return named.isPresent() ? new OfProtocol(named.get()) : new HeaderMatch.ProtocolNumber(number);
  }

  /**
   * Turns a test around.
   *
   * @param match the test
   * @return the opposite test
   */
  static Match not(Negatable match) {
    return new Not(match);
  }

  /**
   * Holds where the inner test does not; implied protocol and family stay as they are.
   *
   * @param inner the test turned around
   */
  record Not(Negatable inner) implements Match {
    /** Checks that there is a test. */
    public Not {
      Objects.requireNonNull(inner, "inner");
    }

    @Override
    public MatchOption option() {
      return inner.negatedOption();
    }

    @Override
    public Optional<Protocol> impliedProtocol() {
      return inner.impliedProtocol();
    }

    @Override
    public Set<Family> families() {
      return inner.families();
    }
  }

  /**
   * The transport protocol, in both families: nobody keeps a program from sending ICMP over IPv6.
   *
   * @param protocol which
   */
  record OfProtocol(Protocol protocol) implements Negatable {
    /** Checks that there is a protocol. */
    public OfProtocol {
      Objects.requireNonNull(protocol, "protocol");
    }

    @Override
    public MatchOption option() {
      return MatchOption.header("-p", protocol.label());
    }
  }

  /** A TCP segment that opens a connection: SYN set; RST, ACK and FIN clear. */
  record TcpSyn() implements Negatable {
    @Override
    public MatchOption option() {
      return MatchOption.of("tcp", "--tcp-flags", "FIN,SYN,RST,ACK SYN");
    }

    @Override
    public Optional<Protocol> impliedProtocol() {
      return Optional.of(Protocol.TCP);
    }
  }

  /** A TCP segment with RST set. */
  record TcpReset() implements Negatable {
    @Override
    public MatchOption option() {
      return MatchOption.of("tcp", "--tcp-flags", "RST RST");
    }

    @Override
    public Optional<Protocol> impliedProtocol() {
      return Optional.of(Protocol.TCP);
    }
  }

  /**
   * The packet's mark.
   *
   * @param bits value and mask to compare with
   */
  record PacketMark(MarkBits bits) implements Negatable {
    /** Checks that there are bits. */
    public PacketMark {
      Objects.requireNonNull(bits, "bits");
    }

    @Override
    public MatchOption option() {
      return MatchOption.of("mark", "--mark", bits.toString());
    }
  }

  /**
   * The connection's mark; a packet without connection does not match.
   *
   * @param bits value and mask to compare with
   */
  record ConnMark(MarkBits bits) implements Negatable {
    /** Checks that there are bits. */
    public ConnMark {
      Objects.requireNonNull(bits, "bits");
    }

    @Override
    public MatchOption option() {
      return MatchOption.of("connmark", "--mark", bits.toString());
    }
  }

  /**
   * What connection tracking says of the packet.
   *
   * @param states any of these; at least one
   */
  record CtStates(Set<CtState> states) implements Negatable {
    /** Copies the set. */
    public CtStates {
      if (states.isEmpty()) {
        throw new IllegalArgumentException("a connection state match needs at least one state");
      }
      states = Collections.unmodifiableSet(EnumSet.copyOf(states));
    }

    @Override
    public MatchOption option() {
      String list = states.stream().map(Enum::name).collect(Collectors.joining(","));
      return MatchOption.of("conntrack", "--ctstate", list);
    }
  }

  /**
   * The packet's way within its connection.
   *
   * @param direction which
   */
  record CtWay(CtDirection direction) implements Match {
    /** Checks that there is a direction. */
    public CtWay {
      Objects.requireNonNull(direction, "direction");
    }

    @Override
    public MatchOption option() {
      return MatchOption.of("conntrack", "--ctdir", direction.name());
    }
  }

  /**
   * Whatever a BPF program of the socket filter kind says of the packet. Where rules are written
   * anew, by whomever, the legacy variant looks for the pin again: it must stay as long as the
   * rule.
   *
   * @param path where it is pinned: 2 to 500 of {@code A-Z a-z 0-9 . _ / -}, from the root
   */
  record PinnedProgram(String path) implements Match {
    /** Checks the path. */
    public PinnedProgram {
      Checks.path(path);
    }

    @Override
    public MatchOption option() {
      return MatchOption.of("bpf", "--object-pinned", path);
    }
  }

  /**
   * The interface a packet leaves by; OUTPUT, FORWARD and POSTROUTING only.
   *
   * @param name 1 to 15 of {@code A-Z a-z 0-9 . _ : @ -}; iptables' trailing {@code +} is refused
   */
  record OutInterface(String name) implements Negatable {
    /** Checks the name. */
    public OutInterface {
      Checks.interfaceName(name);
    }

    @Override
    public MatchOption option() {
      return MatchOption.header("-o", name);
    }
  }

  /**
   * The interface a packet came by; INPUT, FORWARD and PREROUTING only.
   *
   * @param name as for {@link OutInterface}
   */
  record InInterface(String name) implements Negatable {
    /** Checks the name. */
    public InInterface {
      Checks.interfaceName(name);
    }

    @Override
    public MatchOption option() {
      return MatchOption.header("-i", name);
    }
  }
}
