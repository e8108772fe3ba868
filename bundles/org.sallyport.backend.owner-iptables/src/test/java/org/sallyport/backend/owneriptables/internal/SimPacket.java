// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.Optional;
import java.util.OptionalInt;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.netfilter.Family;

/**
 * A packet as a rule sees it.
 *
 * @param direction whose chains it enters
 * @param owner who opened its socket
 * @param protocol its IP protocol
 * @param source where it comes from
 * @param destination where it goes
 * @param asked where it was sent to, if that was rewritten
 * @param icmp its type, if it is ICMP of its family
 * @param interfaceName by which it came or leaves
 */
record SimPacket(
    Direction direction,
    Optional<Owner> owner,
    int protocol,
    End source,
    End destination,
    Optional<End> asked,
    OptionalInt icmp,
    String interfaceName) {

  record Owner(long user, long group) {}

  /** An address, and a port where the protocol has one. */
  record End(IpAddress address, OptionalInt port) {}

  Family family() {
    return source.address().isIpv4() ? Family.IPV4 : Family.IPV6;
  }

  /** This host's end. */
  End local() {
    return direction == Direction.IN ? destination : source;
  }

  /** The peer's end, as the policy means it. */
  End remote() {
    return direction == Direction.IN ? source : asked.orElse(destination);
  }
}
