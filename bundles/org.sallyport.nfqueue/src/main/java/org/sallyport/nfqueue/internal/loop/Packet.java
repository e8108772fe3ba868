// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.OptionalInt;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.PacketView;

/** A packet as the agent sees it: what matchers may ask, and what a cached answer depends on. */
interface Packet extends PacketView {

  /** The index of the interface the packet leaves or came by, 0 if the kernel did not say. */
  int interfaceIndex();

  /** Whether this is the packet that opens a TCP connection. */
  boolean opensTcp();

  @Override
  default Flow toFlow() {
    return new Flow(
        direction(),
        protocol(),
        endpoint(localHigh(), localLow(), localPort()),
        endpoint(remoteHigh(), remoteLow(), remotePort()),
        hasIcmpType() ? OptionalInt.of(icmpType()) : OptionalInt.empty(),
        interfaceName(),
        knowsRemote());
  }

  private Endpoint endpoint(long high, long low, int port) {
    return new Endpoint(
        new IpAddress(high, low), hasPorts() ? OptionalInt.of(port) : OptionalInt.empty());
  }
}
