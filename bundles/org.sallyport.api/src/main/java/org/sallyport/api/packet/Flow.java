// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * One conversation as a value: what {@link FlowView#toFlow()} keeps.
 *
 * @param direction which way it was opened
 * @param protocol the IP protocol number, 0 to 255
 * @param local this host's end (the sender's, for {@link Direction#FORWARD})
 * @param remote the peer's end
 * @param icmp the ICMP type, 0 to 255, or empty where there is none
 * @param interfaceName the interface, or an empty string if not known
 * @param knowsRemote whether the peer's end is what was asked for; see {@link
 *     FlowView#knowsRemote()}
 */
public record Flow(
    Direction direction,
    int protocol,
    Endpoint local,
    Endpoint remote,
    OptionalInt icmp,
    String interfaceName,
    boolean knowsRemote)
    implements FlowView {

  /** Checks ranges. */
  public Flow {
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(local, "local");
    Objects.requireNonNull(remote, "remote");
    Objects.requireNonNull(icmp, "icmp");
    Objects.requireNonNull(interfaceName, "interfaceName");
    if (protocol < 0 || protocol > 255) {
      throw new IllegalArgumentException("a protocol number is 0 to 255, not " + protocol);
    }
  }

  /**
   * A flow whose peer is the one that was asked for.
   *
   * @param direction which way it was opened
   * @param protocol the IP protocol number, 0 to 255
   * @param local this host's end
   * @param remote the peer's end
   * @param icmp the ICMP type, 0 to 255, or empty where there is none
   * @param interfaceName the interface, or an empty string if not known
   */
  public Flow(
      Direction direction,
      int protocol,
      Endpoint local,
      Endpoint remote,
      OptionalInt icmp,
      String interfaceName) {
    this(direction, protocol, local, remote, icmp, interfaceName, true);
  }

  @Override
  public long localHigh() {
    return local.address().high();
  }

  @Override
  public long localLow() {
    return local.address().low();
  }

  @Override
  public long remoteHigh() {
    return remote.address().high();
  }

  @Override
  public long remoteLow() {
    return remote.address().low();
  }

  @Override
  public boolean hasPorts() {
    return local.port().isPresent() && remote.port().isPresent();
  }

  @Override
  public int localPort() {
    return local.port().orElse(0);
  }

  @Override
  public int remotePort() {
    return remote.port().orElse(0);
  }

  @Override
  public boolean hasIcmpType() {
    return icmp.isPresent();
  }

  @Override
  public int icmpType() {
    return icmp.orElse(0);
  }

  @Override
  public Flow toFlow() {
    return this;
  }

  /**
   * For example {@code out tcp 10.0.0.1:40000 > 10.0.0.2:443}; with {@code (rewritten)} behind it
   * if this is not known to be what was asked for.
   */
  @Override
  public String toString() {
    return direction.name().toLowerCase(Locale.ROOT)
        + " "
        + IpProtocol.name(protocol)
        + " "
        + local
        + " > "
        + remote
        + (knowsRemote ? "" : " (rewritten)");
  }
}
