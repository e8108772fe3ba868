// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.sallyport.api.decision.FlowTest.End;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.attribute.FlowMatchers.Addresses;
import org.sallyport.engine.internal.attribute.FlowMatchers.Interfaces;
import org.sallyport.engine.internal.attribute.FlowMatchers.Ports;
import org.sallyport.engine.internal.attribute.FlowMatchers.Protocols;

/** The attributes of the packet. */
final class FlowAttributes {

  private static final Set<Operator> EQUALS = Set.of(Operator.EQUALS);

  private FlowAttributes() {}

  static List<Attribute> all() {
    return List.of(
        packet("proto", 1, Protocols::of, (flow, s) -> IpProtocol.name(flow.protocol())),
        packet("remote.port", 2, (c, l) -> Ports.of(c, End.REMOTE), FlowAttributes::remotePort),
        packet("local.port", 2, (c, l) -> Ports.of(c, End.LOCAL), FlowAttributes::localPort),
        packet(
            "remote.ip", 3, (c, l) -> Addresses.ofAddresses(c, End.REMOTE), FlowAttributes::remote),
        packet("remote.net", 3, Addresses::ofNetworks, FlowAttributes::remote),
        packet("local.ip", 3, (c, l) -> Addresses.ofAddresses(c, End.LOCAL), FlowAttributes::local),
        packet("icmp.type", 2, IcmpTypes::of, FlowAttributes::icmpType),
        new Attribute(
            "iface",
            4,
            Grounds.PACKET,
            EnumSet.allOf(Operator.class),
            Interfaces::of,
            FlowAttributes::interfaceName));
  }

  private static Attribute packet(
      String name, int cost, Attribute.Compiler compiler, Attribute.Describer describer) {
    return new Attribute(name, cost, Grounds.PACKET, EQUALS, compiler, describer);
  }

  private static String remote(FlowView flow, SubjectView subject) {
    IpAddress address = new IpAddress(flow.remoteHigh(), flow.remoteLow());
    return flow.knowsRemote() ? address.toString() : rewritten(address.toString());
  }

  private static String rewritten(String now) {
    return "unknown: rewritten on its way, to " + now;
  }

  private static String local(FlowView flow, SubjectView subject) {
    return new IpAddress(flow.localHigh(), flow.localLow()).toString();
  }

  private static String remotePort(FlowView flow, SubjectView subject) {
    if (!flow.hasPorts()) {
      return noPorts(flow);
    }
    String port = Integer.toString(flow.remotePort());
    return flow.knowsRemote() ? port : rewritten(port);
  }

  private static String localPort(FlowView flow, SubjectView subject) {
    return flow.hasPorts() ? Integer.toString(flow.localPort()) : noPorts(flow);
  }

  private static String noPorts(FlowView flow) {
    return IpProtocol.hasPorts(flow.protocol())
        ? "unknown: the packet does not show its ports"
        : "absent: " + IpProtocol.name(flow.protocol()) + " has no ports";
  }

  private static String icmpType(FlowView flow, SubjectView subject) {
    if (flow.hasIcmpType()) {
      return Integer.toString(flow.icmpType());
    }
    boolean icmp = flow.protocol() == IpProtocol.ICMP || flow.protocol() == IpProtocol.ICMPV6;
    return icmp ? "unknown: the packet does not show its type" : "absent: this is not ICMP";
  }

  private static String interfaceName(FlowView flow, SubjectView subject) {
    return flow.interfaceName().isEmpty()
        ? "unknown: the kernel did not name it"
        : flow.interfaceName();
  }
}
