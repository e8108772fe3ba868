// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.packet.IpProtocol;
import org.sallyport.codec.ip.IpHeader;
import org.sallyport.codec.ip.TransportHeader;
import org.sallyport.codec.netlink.ConntrackTuple;
import org.sallyport.codec.netlink.NfqPacket;

/**
 * Where the flow of a packet on its way out was sent to by its program. The packet itself shows
 * that, unless its mark says that its destination was rewritten: then only what somebody else knows
 * counts, and without that nothing is known. Owned by the agent.
 */
final class AskedFor {

  private final ConntrackTuple original = new ConntrackTuple();
  private boolean known = true;
  private boolean elsewhere;
  private long high;
  private long low;
  private int port;

  /** The next packet goes where it was sent to. */
  void isWhereItGoes() {
    known = true;
    elsewhere = false;
  }

  /** The next packet was sent to wherever its connection's record says, if there is one. */
  void isWhat(NfqPacket message, IpHeader ip, TransportHeader transport) {
    known = false;
    elsewhere = false;
    if (message.readOriginal(original) && fits(ip, transport)) {
      wasSentTo(original.destinationHigh(), original.destinationLow(), original.destinationPort());
    }
  }

  /**
   * Somebody who is sure of it tells where it was sent to.
   *
   * @param addressHigh upper half of the address, IPv4 mapped
   * @param addressLow lower half
   * @param itsPort 0 to 65535; of no meaning where the protocol has none
   */
  void wasSentTo(long addressHigh, long addressLow, int itsPort) {
    known = true;
    elsewhere = true;
    high = addressHigh;
    low = addressLow;
    port = itsPort;
  }

  /**
   * Whether the record can be this packet's: no rule has changed its source yet. A record of
   * another flow, as an ICMP error has it, tells nothing about this one.
   */
  private boolean fits(IpHeader ip, TransportHeader transport) {
    return original.protocol() == ip.protocol()
        && original.sourceHigh() == ip.sourceHigh()
        && original.sourceLow() == ip.sourceLow()
        && original.destinationIsV4() == (ip.version() == 4)
        && (!IpProtocol.hasPorts(ip.protocol())
            || (transport.hasPorts()
                && original.hasPorts()
                && original.sourcePort() == transport.sourcePort()));
  }

  /** Whether it is known at all. */
  boolean isKnown() {
    return known;
  }

  /** Whether it is known and not what the packet shows: {@link #high} and the others tell it. */
  boolean isElsewhere() {
    return elsewhere;
  }

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  int port() {
    return port;
  }
}
