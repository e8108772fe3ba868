// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.sallyport.api.packet.IpNetwork;

/**
 * Tests on where the first packet of the connection was sent to, before any rewriting: for a
 * connection of a program of this host what the program asked for.
 */
public final class CtOriginal {

  private static final String MODULE = "conntrack";

  private CtOriginal() {}

  /**
   * The address asked for.
   *
   * @param network where it must lie; its family is the rule's
   */
  public record Destination(IpNetwork network) implements Match.Negatable {
    /** Checks that there is a network. */
    public Destination {
      Objects.requireNonNull(network, "network");
    }

    /** A lone address is printed back without its length. */
    @Override
    public MatchOption option() {
      int width = network.base().isIpv4() ? 32 : 128;
      boolean alone = network.prefixLength() == width;
      return MatchOption.of(
          MODULE, "--ctorigdst", alone ? network.base().toString() : network.toString());
    }

    @Override
    public Set<Family> families() {
      return EnumSet.of(network.base().isIpv4() ? Family.IPV4 : Family.IPV6);
    }
  }

  /**
   * The port asked for. Other protocols keep other things in its place, so the rule tests a
   * protocol with ports too, or stands where only such packets get.
   *
   * @param from lowest port, host order, 0 to 65535
   * @param to highest port, not below {@code from}; not all ports together
   */
  public record DestinationPorts(int from, int to) implements Match.Negatable {
    /** Checks the range. */
    public DestinationPorts {
      Checks.ports(from, to);
    }

    @Override
    public MatchOption option() {
      return MatchOption.of(MODULE, "--ctorigdstport", Checks.range(from, to, ":"));
    }
  }
}
