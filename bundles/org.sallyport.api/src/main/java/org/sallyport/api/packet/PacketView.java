// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A borrowed look at one packet of a flow, with what the kernel says about the socket that sent it.
 * The rules of {@link FlowView} hold.
 */
@ProviderType
public interface PacketView extends FlowView {

  /** Stands for a uid or gid of the owner that is not known. */
  long UNKNOWN_ID = -1;

  /** Stands for a moment that is not known. */
  long UNKNOWN_TIME = Long.MIN_VALUE;

  /** How much of a packet's start can be asked for at any time, bytes. */
  int START_BYTES = 96;

  /**
   * Whether the kernel named an owner: the packet was made by a socket that a program holds open. A
   * packet without one was made by the kernel or by a socket already closed.
   *
   * @return true if {@link #ownerUserId()} and {@link #ownerGroupId()} may be asked
   */
  boolean hasOwner();

  /**
   * The fsuid of whoever opened the socket (NFQA_UID, linux/netfilter/nfnetlink_queue.h).
   *
   * @return an unsigned 32-bit uid of the initial user namespace, or {@link #UNKNOWN_ID}
   */
  long ownerUserId();

  /**
   * The fsgid of whoever opened the socket (NFQA_GID).
   *
   * @return an unsigned 32-bit gid of the initial user namespace, or {@link #UNKNOWN_ID}
   */
  long ownerGroupId();

  /**
   * The packet's full length as the IP header gives it, also where only its start was copied.
   *
   * @return bytes, 20 to 2^32
   */
  long packetLength();

  /**
   * Whether the kernel holds this very packet for its verdict. It is then counted among what its
   * socket has sent and the kernel still holds, so that a datagram or raw socket with less than its
   * length did not send it. Not so where a flow is judged without a packet at hand.
   *
   * @return true unless there is no packet
   */
  default boolean awaitsVerdict() {
    return true;
  }

  /**
   * Whether the packet has just come from its sender and nobody looked at it before. True for one
   * look at each packet at most: whoever pairs packets with what the kernel told of them does it
   * then.
   *
   * @return false for a packet that waited, for copies, and where there is no packet
   */
  default boolean isFirstLook() {
    return false;
  }

  /**
   * A moment before which the packet was not sent, so that who was gone by then did not send it.
   *
   * @return a {@link System#nanoTime}, mostly some milliseconds before the packet was received; or
   *     {@link #UNKNOWN_TIME}
   */
  default long sentSinceNs() {
    return UNKNOWN_TIME;
  }

  /**
   * Copies the start of the packet as the kernel handed it over, from its IP header on. Checksums
   * of transport headers may have been filled in meanwhile.
   *
   * @param target where it is copied to, from 0; a copy of a packet keeps {@link #START_BYTES}
   * @return how many bytes: the target's, but no more than the packet has or were handed over; 0
   *     where there is no packet
   */
  default int copyStart(byte[] target) {
    return 0;
  }

  /**
   * The identifier of an ICMP or ICMPv6 echo request or reply (RFC 792, RFC 4443), which is the
   * local port of the datagram socket that sent or awaits it.
   *
   * @return 0 to 65535, or empty for everything else and where too little of the packet was copied
   */
  default OptionalInt icmpIdentifier() {
    return OptionalInt.empty();
  }
}
