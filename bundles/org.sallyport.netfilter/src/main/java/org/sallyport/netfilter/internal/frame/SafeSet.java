// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.HeaderMatch.DestinationPorts;
import org.sallyport.netfilter.HeaderMatch.HopLimit;
import org.sallyport.netfilter.HeaderMatch.IcmpType;
import org.sallyport.netfilter.HeaderMatch.SourcePorts;
import org.sallyport.netfilter.MarkBits;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.OwnerMatch.OwnerLess;
import org.sallyport.netfilter.OwnerMatch.UidRange;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;

/**
 * What passes without being judged, since a host without it is not on the network, or since it
 * follows a verdict that was given. Each line is as narrow as its protocol allows.
 */
final class SafeSet {

  private static final int NDP_HOPS = 255;
  private static final int MLD_HOPS = 1;
  private static final Match QUOTES_A_FLOW = new Match.CtStates(EnumSet.of(CtState.RELATED));

  private SafeSet() {}

  /**
   * What leaves: our own refusals on their way among it. Nearly all lines are for packets without
   * an owner, which no program can make.
   */
  static List<Rule> leaving(MarkBits mark) {
    Target pass = new Target.SetMark(mark);
    List<Rule> rules = new ArrayList<>(kernelMade(pass));
    rules.addAll(dhcpOfRoot(pass));
    return rules;
  }

  /**
   * The only line of {@link #leaving} for packets that have an owner.
   *
   * @param pass what to do with them
   */
  static List<Rule> dhcpOfRoot(Target pass) {
    return List.of(
        dhcp(pass, 68, 67, new UidRange(0, 0))
            .commented("DHCP client of root, RFC 2131")
            .only(Family.IPV4),
        dhcp(pass, 546, 547, new UidRange(0, 0))
            .commented("DHCPv6 client of root, RFC 8415")
            .only(Family.IPV6));
  }

  private static List<Rule> kernelMade(Target pass) {
    Match kernelMade = new OwnerLess();
    return List.of(
        Rule.of(pass, new Match.TcpReset(), kernelMade).commented("TCP reset made by the kernel"),
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMP), QUOTES_A_FLOW, kernelMade)
            .commented("ICMP error about a flow")
            .only(Family.IPV4),
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMPV6), QUOTES_A_FLOW, kernelMade)
            .commented("ICMPv6 error about a flow")
            .only(Family.IPV6),
        icmpv6(pass, 133, NDP_HOPS, kernelMade).commented("router solicitation, RFC 4861"),
        icmpv6(pass, 135, NDP_HOPS, kernelMade).commented("neighbour solicitation, RFC 4861"),
        icmpv6(pass, 136, NDP_HOPS, kernelMade).commented("neighbour advertisement, RFC 4861"),
        icmpv6(pass, 131, MLD_HOPS, kernelMade).commented("MLDv1 report, RFC 2710"),
        icmpv6(pass, 132, MLD_HOPS, kernelMade).commented("MLDv1 done, RFC 2710"),
        icmpv6(pass, 143, MLD_HOPS, kernelMade).commented("MLDv2 report, RFC 3810"),
        Rule.of(pass, new Match.OfProtocol(Protocol.IGMP), kernelMade)
            .commented("IGMP, RFC 9776")
            .only(Family.IPV4));
  }

  /**
   * What arrives: errors about flows that were judged, and what the kernel itself answers to keep
   * addresses and groups. None of it reaches a program's port, but for the answers of DHCP.
   */
  static List<Rule> arriving(MarkBits mark) {
    Target pass = new Target.SetMark(mark);
    return List.of(
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMP), QUOTES_A_FLOW)
            .commented("ICMP error about a flow")
            .only(Family.IPV4),
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMPV6), QUOTES_A_FLOW)
            .commented("ICMPv6 error about a flow")
            .only(Family.IPV6),
        icmpv6(pass, 133, NDP_HOPS).commented("router solicitation, RFC 4861"),
        icmpv6(pass, 134, NDP_HOPS).commented("router advertisement, RFC 4861"),
        icmpv6(pass, 135, NDP_HOPS).commented("neighbour solicitation, RFC 4861"),
        icmpv6(pass, 136, NDP_HOPS).commented("neighbour advertisement, RFC 4861"),
        icmpv6(pass, 130, MLD_HOPS).commented("MLD query, RFC 3810"),
        icmpv6(pass, 131, MLD_HOPS).commented("MLDv1 report, RFC 2710"),
        icmpv6(pass, 132, MLD_HOPS).commented("MLDv1 done, RFC 2710"),
        icmpv6(pass, 143, MLD_HOPS).commented("MLDv2 report, RFC 3810"),
        Rule.of(pass, new Match.OfProtocol(Protocol.IGMP))
            .commented("IGMP, RFC 9776")
            .only(Family.IPV4),
        dhcp(pass, 67, 68).commented("answer of a DHCP server, RFC 2131").only(Family.IPV4),
        dhcp(pass, 547, 546).commented("answer of a DHCPv6 server, RFC 8415").only(Family.IPV6));
  }

  /** What passes through: errors about flows that were judged. */
  static List<Rule> passing(MarkBits mark) {
    Target pass = new Target.SetMark(mark);
    return List.of(
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMP), QUOTES_A_FLOW)
            .commented("ICMP error about a flow")
            .only(Family.IPV4),
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMPV6), QUOTES_A_FLOW)
            .commented("ICMPv6 error about a flow")
            .only(Family.IPV6));
  }

  private static Rule icmpv6(Target pass, int type, int hops, Match... more) {
    return rule(
        pass, more, new IcmpType(Family.IPV6, type, OptionalInt.empty()), new HopLimit(hops));
  }

  private static Rule dhcp(Target pass, int from, int to, Match... more) {
    return rule(
        pass,
        more,
        new SourcePorts(Protocol.UDP, from, from),
        new DestinationPorts(Protocol.UDP, to, to));
  }

  private static Rule rule(Target pass, Match[] more, Match... first) {
    return Rule.of(
        pass, Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(Match[]::new));
  }
}
