// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.conntrack;

import org.sallyport.codec.netlink.ConntrackEntry;
import org.sallyport.codec.netlink.ConntrackTuple;
import org.sallyport.codec.netlink.NetlinkFault;

/**
 * A connection that a walk stands on: addresses of the direction it was opened in, as its opener
 * sees them (before any rewriting), two longs each, IPv4 as {@code ::ffff:a.b.c.d}. Valid during
 * one call.
 */
public final class Connection {

  private final ConntrackEntry entry;
  private final ConntrackTuple tuple = new ConntrackTuple();

  Connection(ConntrackEntry entry) {
    this.entry = entry;
  }

  /**
   * The connection's mark.
   *
   * @return 32 bits, everybody's
   */
  public int mark() {
    return entry.mark();
  }

  /**
   * Reads the addresses; ask before the getters below.
   *
   * @return whether they make sense
   */
  public boolean hasAddresses() {
    return entry.original(tuple) == NetlinkFault.NONE;
  }

  /**
   * The transport protocol.
   *
   * @return its number, 0 to 255
   */
  public int protocol() {
    return tuple.protocol();
  }

  /**
   * Whether it has ports.
   *
   * @return true if they may be asked
   */
  public boolean hasPorts() {
    return tuple.hasPorts();
  }

  /**
   * The opener's address.
   *
   * @return its upper 64 bits
   */
  public long sourceHigh() {
    return tuple.sourceHigh();
  }

  /**
   * The opener's address.
   *
   * @return its lower 64 bits
   */
  public long sourceLow() {
    return tuple.sourceLow();
  }

  /**
   * The opener's port.
   *
   * @return 0 to 65535
   */
  public int sourcePort() {
    return tuple.sourcePort();
  }

  /**
   * The peer's address.
   *
   * @return its upper 64 bits
   */
  public long destinationHigh() {
    return tuple.destinationHigh();
  }

  /**
   * The peer's address.
   *
   * @return its lower 64 bits
   */
  public long destinationLow() {
    return tuple.destinationLow();
  }

  /**
   * The peer's port.
   *
   * @return 0 to 65535
   */
  public int destinationPort() {
    return tuple.destinationPort();
  }
}
