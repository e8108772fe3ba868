// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A borrowed look at one flow, valid only during the call it is passed to; keep {@link #toFlow()}
 * instead. Addresses are in the form of {@link IpAddress}: 128 bits, IPv4 mapped. Numbers are in
 * host order. Not thread-safe; only the calling thread may use it.
 */
@ProviderType
public interface FlowView {

  /**
   * Which way the flow was opened.
   *
   * @return the direction
   */
  Direction direction();

  /**
   * The transport protocol.
   *
   * @return the IP protocol number, 0 to 255
   */
  int protocol();

  /**
   * Upper half of this host's address (of the sender's, for {@link Direction#FORWARD}).
   *
   * @return the upper 64 bits
   */
  long localHigh();

  /**
   * Lower half of this host's address.
   *
   * @return the lower 64 bits
   */
  long localLow();

  /**
   * Whether the peer's address and port are where the flow was sent to by whoever opened it. Not so
   * where the destination was rewritten before the packet was seen (nat OUTPUT) and nothing tells
   * what was asked for: {@link #remoteHigh}, {@link #remoteLow} and {@link #remotePort} are then
   * where it goes now, and whatever a policy asks about the peer is unknown.
   *
   * @return false if a criterion on the peer has no answer
   */
  boolean knowsRemote();

  /**
   * Upper half of the peer's address; see {@link #knowsRemote()}.
   *
   * @return the upper 64 bits
   */
  long remoteHigh();

  /**
   * Lower half of the peer's address.
   *
   * @return the lower 64 bits
   */
  long remoteLow();

  /**
   * Whether the ports are known: the protocol has them and this is not a later fragment.
   *
   * @return true if {@link #localPort()} and {@link #remotePort()} may be asked
   */
  boolean hasPorts();

  /**
   * This host's port; meaningful only if {@link #hasPorts()}.
   *
   * @return 0 to 65535
   */
  int localPort();

  /**
   * The peer's port; meaningful only if {@link #hasPorts()}. See {@link #knowsRemote()}.
   *
   * @return 0 to 65535
   */
  int remotePort();

  /**
   * Whether this is ICMP or ICMPv6 with its type known.
   *
   * @return true if {@link #icmpType()} may be asked
   */
  boolean hasIcmpType();

  /**
   * The ICMP type; meaningful only if {@link #hasIcmpType()}.
   *
   * @return 0 to 255
   */
  int icmpType();

  /**
   * The interface the packet leaves by (out, forward) or came in by (in).
   *
   * @return the name, or an empty string if the kernel did not say
   */
  String interfaceName();

  /**
   * A copy that may be kept.
   *
   * @return the flow as a value
   */
  Flow toFlow();
}
