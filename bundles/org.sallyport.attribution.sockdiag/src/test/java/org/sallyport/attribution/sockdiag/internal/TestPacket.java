// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.OptionalInt;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.PacketView;

/**
 * A packet as a test describes it.
 *
 * @param awaitsVerdict whether its socket must have it on its way
 * @param sentSinceNs when it had not been sent yet
 */
record TestPacket(
    Flow flow,
    boolean hasOwner,
    long ownerUserId,
    OptionalInt icmpIdentifier,
    boolean awaitsVerdict,
    long sentSinceNs)
    implements PacketView {

  static TestPacket of(int protocol, SocketAddress local, SocketAddress remote) {
    Flow flow =
        new Flow(Direction.OUT, protocol, end(local), end(remote), OptionalInt.empty(), "lo");
    return new TestPacket(flow, true, 0, OptionalInt.empty(), false, UNKNOWN_TIME);
  }

  /** A packet without ports. */
  static TestPacket portless(int protocol, OptionalInt icmpIdentifier) {
    Endpoint here = new Endpoint(IpAddress.parse("127.0.0.1"), OptionalInt.empty());
    Flow flow = new Flow(Direction.OUT, protocol, here, here, OptionalInt.empty(), "lo");
    return new TestPacket(flow, true, 0, icmpIdentifier, false, UNKNOWN_TIME);
  }

  /** A later fragment. */
  TestPacket withoutPorts() {
    Endpoint here = new Endpoint(flow.local().address(), OptionalInt.empty());
    Flow part = new Flow(Direction.OUT, protocol(), here, here, OptionalInt.empty(), "lo");
    return new TestPacket(part, hasOwner, ownerUserId, icmpIdentifier, awaitsVerdict, sentSinceNs);
  }

  private static Endpoint end(SocketAddress address) {
    InetSocketAddress end = (InetSocketAddress) address;
    return new Endpoint(
        IpAddress.ofBytes(end.getAddress().getAddress()), OptionalInt.of(end.getPort()));
  }

  TestPacket withoutOwner() {
    return new TestPacket(flow, false, 0, icmpIdentifier, awaitsVerdict, sentSinceNs);
  }

  /** The same packet, where nobody knows what its program asked for. */
  TestPacket rewritten() {
    Flow elsewhere =
        new Flow(Direction.OUT, protocol(), flow.local(), flow.remote(), flow.icmp(), "lo", false);
    return new TestPacket(
        elsewhere, hasOwner, ownerUserId, icmpIdentifier, awaitsVerdict, sentSinceNs);
  }

  /** The same packet, which waits for its verdict. */
  TestPacket underway() {
    return new TestPacket(flow, hasOwner, ownerUserId, icmpIdentifier, true, sentSinceNs);
  }

  /** The same packet, which waits for its verdict and was not sent before a moment. */
  TestPacket sentAfter(long timeNs) {
    return new TestPacket(flow, hasOwner, ownerUserId, icmpIdentifier, true, timeNs);
  }

  TestPacket ofUser(long userId) {
    return new TestPacket(flow, true, userId, icmpIdentifier, awaitsVerdict, sentSinceNs);
  }

  TestPacket going(Direction direction) {
    Flow turned = new Flow(direction, protocol(), flow.local(), flow.remote(), flow.icmp(), "lo");
    return new TestPacket(turned, false, 0, icmpIdentifier, awaitsVerdict, sentSinceNs);
  }

  @Override
  public long ownerGroupId() {
    return 0;
  }

  @Override
  public long packetLength() {
    return 60;
  }

  @Override
  public Direction direction() {
    return flow.direction();
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
    return false;
  }

  @Override
  public int icmpType() {
    return 0;
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
