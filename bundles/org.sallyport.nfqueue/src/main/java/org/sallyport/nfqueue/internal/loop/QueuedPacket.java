// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.OptionalInt;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.packet.Direction;
import org.sallyport.codec.ip.IpFault;
import org.sallyport.codec.ip.IpHeader;
import org.sallyport.codec.ip.TransportHeader;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.codec.netlink.NfqPacket;

/**
 * The packet under judgement: a flyweight over the receive buffer, good until the next {@link
 * #read}. Nothing is copied; what has to last is taken by {@link #copy}. Owned by the agent.
 */
final class QueuedPacket implements Packet {

  private final NfqPacket message = new NfqPacket();
  private final IpHeader ip = new IpHeader();
  private final TransportHeader transport = new TransportHeader();
  private final AskedFor askedFor = new AskedFor();
  private final InterfaceNames interfaces;
  private final MarkLayout marks;
  private Direction direction = Direction.OUT;
  private boolean arriving;
  private boolean firstLook;
  private long sentSinceNs = UNKNOWN_TIME;

  QueuedPacket(InterfaceNames interfaces, MarkLayout marks) {
    this.interfaces = interfaces;
    this.marks = marks;
  }

  /** Gate and decoder: reads the message the cursor stands on. */
  PacketFault read(NetlinkMessages messages) {
    NetlinkFault fault = message.wrap(messages);
    if (!message.hasPacketId()) {
      return PacketFault.UNANSWERABLE;
    }
    if (fault != NetlinkFault.NONE || !isHookOfOurs() || readIp(messages) != IpFault.NONE) {
      return PacketFault.GARBLED;
    }
    transport.wrap(ip);
    if (isRewritten()) {
      askedFor.isWhat(message, ip, transport);
    } else {
      askedFor.isWhereItGoes();
    }
    return PacketFault.NONE;
  }

  /** Whether its destination was rewritten on its way here; the mark says so in both queues. */
  boolean isRewritten() {
    return direction == Direction.OUT && marks.isRewritten(message.mark());
  }

  /** Whether a verdict of ours to reject it did not bind. */
  boolean wasRefused() {
    return (message.mark() & marks.refused()) != 0 && !isRewritten();
  }

  /** The hooks of linux/netfilter.h that our rules queue from: NF_INET_LOCAL_IN to LOCAL_OUT. */
  private boolean isHookOfOurs() {
    switch (message.hook()) {
      case 1 -> direction = Direction.IN;
      case 2 -> direction = Direction.FORWARD;
      case 3 -> direction = Direction.OUT;
      default -> {
        return false;
      }
    }
    arriving = direction == Direction.IN;
    return true;
  }

  private IpFault readIp(NetlinkMessages messages) {
    return ip.wrap(
        messages.buffer(), message.payloadOffset(), message.payloadLength(), message.fullLength());
  }

  /**
   * Says by which queue it came: only in the first one nobody has looked at it before.
   *
   * @param sinceNs when what came by the first one had not been sent yet
   */
  void cameBy(Lane lane, long sinceNs) {
    firstLook = lane == Lane.FAST;
    sentSinceNs = firstLook ? sinceNs : UNKNOWN_TIME;
  }

  /** The id a verdict names. */
  int id() {
    return message.packetId();
  }

  /** The packet's mark, our bits and everybody else's. */
  int mark() {
    return message.mark();
  }

  /** A copy for other threads and later times. */
  PacketCopy copy() {
    return new PacketCopy(
        toFlow(),
        interfaceIndex(),
        opensTcp(),
        hasOwner() ? new PacketCopy.Owner(ownerUserId(), ownerGroupId()) : PacketCopy.Owner.NOBODY,
        packetLength(),
        icmpIdentifier(),
        PacketStart.of(this),
        sentSinceNs);
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public int interfaceIndex() {
    return arriving ? message.inInterface() : message.outInterface();
  }

  @Override
  public boolean opensTcp() {
    return transport.isTcpOpening();
  }

  @Override
  public int protocol() {
    return ip.protocol();
  }

  @Override
  public long localHigh() {
    return arriving ? ip.destinationHigh() : ip.sourceHigh();
  }

  @Override
  public long localLow() {
    return arriving ? ip.destinationLow() : ip.sourceLow();
  }

  @Override
  public boolean knowsRemote() {
    return askedFor.isKnown();
  }

  @Override
  public long remoteHigh() {
    if (askedFor.isElsewhere()) {
      return askedFor.high();
    }
    return arriving ? ip.sourceHigh() : ip.destinationHigh();
  }

  @Override
  public long remoteLow() {
    if (askedFor.isElsewhere()) {
      return askedFor.low();
    }
    return arriving ? ip.sourceLow() : ip.destinationLow();
  }

  @Override
  public boolean hasPorts() {
    return transport.hasPorts();
  }

  @Override
  public int localPort() {
    return arriving ? transport.destinationPort() : transport.sourcePort();
  }

  @Override
  public int remotePort() {
    if (askedFor.isElsewhere()) {
      return askedFor.port();
    }
    return arriving ? transport.sourcePort() : transport.destinationPort();
  }

  @Override
  public boolean hasIcmpType() {
    return transport.hasIcmpType();
  }

  @Override
  public int icmpType() {
    return transport.icmpType();
  }

  @Override
  public OptionalInt icmpIdentifier() {
    return transport.hasIcmpIdentifier()
        ? OptionalInt.of(transport.icmpIdentifier())
        : OptionalInt.empty();
  }

  @Override
  public boolean isFirstLook() {
    return firstLook;
  }

  @Override
  public long sentSinceNs() {
    return sentSinceNs;
  }

  @Override
  public int copyStart(byte[] target) {
    int length = Math.min(target.length, message.payloadLength());
    message.copyPayload(target, length);
    return length;
  }

  @Override
  public String interfaceName() {
    return interfaces.nameOf(interfaceIndex());
  }

  @Override
  public boolean hasOwner() {
    return message.hasOwner();
  }

  @Override
  public long ownerUserId() {
    return message.userId();
  }

  @Override
  public long ownerGroupId() {
    return message.groupId();
  }

  @Override
  public long packetLength() {
    return ip.totalLength();
  }
}
