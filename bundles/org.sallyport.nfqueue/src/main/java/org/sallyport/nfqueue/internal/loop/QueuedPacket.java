// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.OptionalInt;
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

  /** NF_INET_LOCAL_OUT of linux/netfilter.h: the only hook our rules queue from. */
  private static final int HOOK_OUTPUT = 3;

  private final NfqPacket message = new NfqPacket();
  private final IpHeader ip = new IpHeader();
  private final TransportHeader transport = new TransportHeader();
  private final InterfaceNames interfaces;

  QueuedPacket(InterfaceNames interfaces) {
    this.interfaces = interfaces;
  }

  /** Gate and decoder: reads the message the cursor stands on. */
  PacketFault read(NetlinkMessages messages) {
    NetlinkFault fault = message.wrap(messages);
    if (!message.hasPacketId()) {
      return PacketFault.UNANSWERABLE;
    }
    if (fault != NetlinkFault.NONE
        || message.hook() != HOOK_OUTPUT
        || readIp(messages) != IpFault.NONE) {
      return PacketFault.GARBLED;
    }
    transport.wrap(ip);
    return PacketFault.NONE;
  }

  private IpFault readIp(NetlinkMessages messages) {
    return ip.wrap(
        messages.buffer(), message.payloadOffset(), message.payloadLength(), message.fullLength());
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
        icmpIdentifier());
  }

  @Override
  public int interfaceIndex() {
    return message.outInterface();
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
    return ip.sourceHigh();
  }

  @Override
  public long localLow() {
    return ip.sourceLow();
  }

  @Override
  public long remoteHigh() {
    return ip.destinationHigh();
  }

  @Override
  public long remoteLow() {
    return ip.destinationLow();
  }

  @Override
  public boolean hasPorts() {
    return transport.hasPorts();
  }

  @Override
  public int localPort() {
    return transport.sourcePort();
  }

  @Override
  public int remotePort() {
    return transport.destinationPort();
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
  public String interfaceName() {
    return interfaces.nameOf(message.outInterface());
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
