// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.targets;

import java.nio.ByteBuffer;
import org.sallyport.codec.netlink.ConntrackTuple;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NfqPacket;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Decoder;
import org.sallyport.itests.fuzz.kit.Reading;
import org.sallyport.itests.fuzz.kit.Windows;

/** The payload of NFQNL_MSG_PACKET. The agent asks id and mark also after a fault. */
public final class NfqPacketTarget implements Decoder {

  private static final Windows WINDOWS = new Windows();
  private static final NfqPacketTarget DECODER = new NfqPacketTarget();

  private final NfqPacket packet = new NfqPacket();
  private final ConntrackTuple tuple = new ConntrackTuple();

  public static void fuzzerTestOneInput(byte[] input) {
    WINDOWS.check(DECODER, new NfqPacketTarget(), input);
  }

  @Override
  public void read(ByteBuffer buffer, int offset, int length, Reading out) {
    NetlinkFault fault = packet.wrap(buffer, offset, buffer.limit() - offset + 1);
    Check.that(
        fault == NetlinkFault.TRUNCATED && !packet.hasPacketId(),
        "a window larger than its buffer is refused");
    fault = packet.wrap(buffer, offset, length);
    out.add(fault).add(packet.hasPacketId()).add(packet.queueNumber());
    out.add(packet.packetId()).add(packet.mark()).add(packet.hook());
    out.add(packet.hardwareProtocol()).add(packet.inInterface()).add(packet.outInterface());
    out.add(packet.info()).add(packet.hasOwner()).add(packet.userId()).add(packet.groupId());
    readParts(buffer, offset, length, out);
    Check.that(
        fault != NetlinkFault.NONE || packet.hasPacketId(), "a packet without an id has a fault");
    Check.that(
        packet.fullLength() >= packet.payloadLength(), "a packet is no shorter than its part");
    Check.that(packet.userId() >= 0 && packet.groupId() >= 0, "ids are unsigned");
    out.add(packet.fullLength());
    readConnection(out);
  }

  private void readConnection(Reading out) {
    boolean told = packet.readOriginal(tuple);
    out.add(told);
    if (told) {
      out.add(tuple.protocol()).add(tuple.hasPorts());
      out.add(tuple.sourcePort()).add(tuple.destinationPort());
      out.add(tuple.sourceHigh()).add(tuple.sourceLow());
      out.add(tuple.destinationHigh()).add(tuple.destinationLow());
    }
  }

  private void readParts(ByteBuffer buffer, int offset, int length, Reading out) {
    if (packet.payloadLength() > 0) {
      Check.inside(packet.payloadOffset(), packet.payloadLength(), offset, length);
      out.add(packet.payloadOffset() - offset).add(packet.payloadLength());
      out.add(buffer, packet.payloadOffset(), packet.payloadLength());
    }
    if (packet.securityContextLength() > 0) {
      int label = packet.securityContextLength();
      Check.inside(packet.securityContextOffset(), label, offset, length);
      out.add(buffer, packet.securityContextOffset(), label);
    }
  }
}
