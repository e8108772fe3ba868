// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.packet.Flow;

/**
 * What packets must share to wait for the same answer: flow, interface, the socket that sent them
 * and its user.
 *
 * @param flow the flow
 * @param interfaceIndex the interface they leave by
 * @param socket the socket's cookie
 * @param userId who opened it, or -1
 * @param only 0, or the id of the one packet this key is for, where nothing at all tells whether
 *     another packet comes from the same sender
 */
record FlowKey(Flow flow, int interfaceIndex, long socket, long userId, long only) {

  private static final long NOBODY = -1;

  /** A packet's key; packets without ports share nothing that tells their senders apart. */
  static FlowKey of(QueuedPacket packet, long socket) {
    long only = packet.hasPorts() ? 0 : 1 + Integer.toUnsignedLong(packet.id());
    return new FlowKey(packet.toFlow(), packet.interfaceIndex(), socket, userOf(packet), only);
  }

  /** The user who opened the packet's socket, or -1 for all that nobody opened. */
  static long userOf(QueuedPacket packet) {
    return packet.hasOwner() ? packet.ownerUserId() : NOBODY;
  }
}
