// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.revoke;

import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.PacketView;

/**
 * A flow that is judged again without a packet at hand: what there would be to see of one.
 *
 * @param flow the flow
 * @param userId who opened its socket, of a flow that leaves; the group is not known
 */
record RunningFlow(Flow flow, long userId) implements PacketView {

  private static final int SHORTEST = 20;

  @Override
  public boolean hasOwner() {
    return flow.direction() == Direction.OUT;
  }

  @Override
  public long ownerUserId() {
    return userId;
  }

  @Override
  public long ownerGroupId() {
    return UNKNOWN_ID;
  }

  @Override
  public boolean awaitsVerdict() {
    return false;
  }

  @Override
  public long packetLength() {
    return SHORTEST;
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
    return flow.hasIcmpType();
  }

  @Override
  public int icmpType() {
    return flow.icmpType();
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
