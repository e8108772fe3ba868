// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.OptionalInt;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Flow;

/**
 * A packet as a value: what workers search by, and what is judged when their answer is there.
 *
 * @param flow the flow it belongs to
 * @param interfaceIndex the interface it leaves or came by, 0 if not known
 * @param opensTcp whether it opens a TCP connection
 * @param owner who opened its socket
 * @param packetLength bytes, as its IP header gives it
 * @param icmpIdentifier 0 to 65535 for an ICMP echo
 * @param start its first bytes
 * @param sentSinceNs a time before which it was not sent
 */
record PacketCopy(
    Flow flow,
    int interfaceIndex,
    boolean opensTcp,
    Owner owner,
    long packetLength,
    OptionalInt icmpIdentifier,
    PacketStart start,
    long sentSinceNs)
    implements Packet {

  /** A packet without an ICMP identifier. */
  PacketCopy(Flow flow, int interfaceIndex, boolean opensTcp, Owner owner, long packetLength) {
    this(
        flow,
        interfaceIndex,
        opensTcp,
        owner,
        packetLength,
        OptionalInt.empty(),
        PacketStart.NONE,
        UNKNOWN_TIME);
  }

  /**
   * The opener of a socket.
   *
   * @param userId an unsigned 32-bit uid, or {@link #NOBODY}'s
   * @param groupId an unsigned 32-bit gid
   */
  record Owner(long userId, long groupId) {

    /** The kernel named nobody; no uid has this number. */
    static final Owner NOBODY = new Owner(-1, -1);
  }

  @Override
  public Direction direction() {
    return flow.direction();
  }

  @Override
  public boolean hasOwner() {
    return !owner.equals(Owner.NOBODY);
  }

  @Override
  public long ownerUserId() {
    return owner.userId();
  }

  @Override
  public long ownerGroupId() {
    return owner.groupId();
  }

  @Override
  public int protocol() {
    return flow.protocol();
  }

  @Override
  public long localHigh() {
    return flow.localHigh();
  }

  @Override
  public long localLow() {
    return flow.localLow();
  }

  @Override
  public boolean knowsRemote() {
    return flow.knowsRemote();
  }

  @Override
  public long remoteHigh() {
    return flow.remoteHigh();
  }

  @Override
  public long remoteLow() {
    return flow.remoteLow();
  }

  @Override
  public boolean hasPorts() {
    return flow.hasPorts();
  }

  @Override
  public int localPort() {
    return flow.localPort();
  }

  @Override
  public int remotePort() {
    return flow.remotePort();
  }

  @Override
  public boolean hasIcmpType() {
    return flow.hasIcmpType();
  }

  @Override
  public int icmpType() {
    return flow.icmpType();
  }

  @Override
  public int copyStart(byte[] target) {
    return start.copyTo(target);
  }

  @Override
  public String interfaceName() {
    return flow.interfaceName();
  }

  @Override
  public Flow toFlow() {
    return flow;
  }
}
