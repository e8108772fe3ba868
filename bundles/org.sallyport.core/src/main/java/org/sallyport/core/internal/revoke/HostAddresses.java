// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.revoke;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.IpAddress;

/**
 * Which way a connection runs, seen from this host.
 *
 * @param own the host's addresses
 */
record HostAddresses(Set<IpAddress> own) {

  private static final long MAPPED_LOOPBACK = 0xffff_7f00_0000L;
  private static final long FIRST_OCTET = 0xffff_ff00_0000L;

  /** The addresses of this network namespace now. */
  static HostAddresses now() throws SocketException {
    return new HostAddresses(
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(HostAddresses::withoutScope)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static IpAddress withoutScope(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return IpAddress.parse(scope < 0 ? text : text.substring(0, scope));
  }

  private boolean isOwn(IpAddress address) {
    boolean loopback = address.high() == 0 && (address.low() & FIRST_OCTET) == MAPPED_LOOPBACK;
    return loopback || own.contains(address);
  }

  /** The direction of a connection; empty for one of this host with itself. */
  Optional<Direction> direction(Endpoint opener, Endpoint peer) {
    if (isOwn(opener.address())) {
      return isOwn(peer.address()) ? Optional.empty() : Optional.of(Direction.OUT);
    }
    return Optional.of(isOwn(peer.address()) ? Direction.IN : Direction.FORWARD);
  }
}
