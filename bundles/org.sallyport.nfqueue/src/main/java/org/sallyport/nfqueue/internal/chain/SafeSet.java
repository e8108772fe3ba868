// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.chain;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
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
 * What passes without being judged, since a host without it is not on the network, or since it is
 * our own refusal on its way. Each line is as narrow as its protocol allows; nearly all of them are
 * for packets without an owner, which no program can make.
 */
final class SafeSet {

  private static final int NDP_HOPS = 255;
  private static final int MLD_HOPS = 1;

  private SafeSet() {}

  /** The rules, which give the packets they know the mark. */
  static List<Rule> rules(MarkBits mark) {
    Target pass = new Target.SetMark(mark);
    Match kernelMade = new OwnerLess();
    Match quotesAFlow = new Match.CtStates(EnumSet.of(CtState.RELATED));
    return List.of(
        Rule.of(pass, new Match.TcpReset(), kernelMade).commented("TCP reset made by the kernel"),
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMP), quotesAFlow, kernelMade)
            .commented("ICMP error about a flow"),
        Rule.of(pass, new Match.OfProtocol(Protocol.ICMPV6), quotesAFlow, kernelMade)
            .commented("ICMPv6 error about a flow"),
        icmpv6(pass, 133, NDP_HOPS).commented("router solicitation, RFC 4861"),
        icmpv6(pass, 135, NDP_HOPS).commented("neighbour solicitation, RFC 4861"),
        icmpv6(pass, 136, NDP_HOPS).commented("neighbour advertisement, RFC 4861"),
        icmpv6(pass, 131, MLD_HOPS).commented("MLDv1 report, RFC 2710"),
        icmpv6(pass, 132, MLD_HOPS).commented("MLDv1 done, RFC 2710"),
        icmpv6(pass, 143, MLD_HOPS).commented("MLDv2 report, RFC 3810"),
        Rule.of(pass, new Match.OfProtocol(Protocol.IGMP), kernelMade)
            .commented("IGMP, RFC 9776")
            .only(Family.IPV4),
        dhcp(pass, 68, 67).commented("DHCP client of root, RFC 2131").only(Family.IPV4),
        dhcp(pass, 546, 547).commented("DHCPv6 client of root, RFC 8415").only(Family.IPV6));
  }

  private static Rule icmpv6(Target pass, int type, int hops) {
    Match isType = new IcmpType(Family.IPV6, type, OptionalInt.empty());
    return Rule.of(pass, isType, new HopLimit(hops), new OwnerLess());
  }

  private static Rule dhcp(Target pass, int from, int to) {
    return Rule.of(
        pass,
        new SourcePorts(Protocol.UDP, from, from),
        new DestinationPorts(Protocol.UDP, to, to),
        new UidRange(0, 0));
  }
}
