// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.targets;

import java.nio.ByteBuffer;
import org.sallyport.codec.netlink.Netlink;
import org.sallyport.codec.netlink.NetlinkAttributes;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.codec.netlink.NftGeneration;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Decoder;
import org.sallyport.itests.fuzz.kit.Reading;
import org.sallyport.itests.fuzz.kit.Windows;

/** A datagram of netlink messages, and the attributes in each. */
public final class NetlinkTarget implements Decoder {

  private static final Windows WINDOWS = new Windows();
  private static final NetlinkTarget DECODER = new NetlinkTarget();

  private final NetlinkMessages messages = new NetlinkMessages();
  private final NftGeneration generation = new NftGeneration();
  private final NetlinkAttributes attributes = new NetlinkAttributes();

  public static void fuzzerTestOneInput(byte[] input) {
    WINDOWS.check(DECODER, new NetlinkTarget(), input);
  }

  @Override
  public void read(ByteBuffer buffer, int offset, int length, Reading out) {
    messages.wrap(buffer, offset, buffer.limit() - offset + 1);
    Check.that(!messages.next(), "a window larger than its buffer is refused");
    messages.wrap(buffer, offset, length);
    int count = 0;
    while (messages.next()) {
      count++;
      int payload = messages.payloadOffset();
      Check.inside(payload, messages.payloadLength(), offset, length);
      out.add(messages.type()).add(messages.flags()).add(messages.sequence());
      out.add(payload - offset).add(messages.payloadLength()).add(messages.isError());
      if (messages.isError()) {
        out.add(messages.errorNumber());
      }
      generation(out);
      readAttributes(buffer, payload, messages.payloadLength(), out);
    }
    Check.that(count <= length / Netlink.HEADER_LENGTH, "more messages than fit");
    Check.that(
        messages.fault() != NetlinkFault.NO_PACKET_HEADER, "a cursor knows nothing of packets");
    Check.that(!messages.next(), "the end stays the end");
    out.add(messages.fault());
  }

  private void generation(Reading out) {
    NetlinkFault fault = generation.wrap(messages);
    out.add(fault);
    if (fault == NetlinkFault.NONE) {
      out.add(generation.id());
    }
  }

  private void readAttributes(ByteBuffer buffer, int offset, int length, Reading out) {
    attributes.wrap(buffer, offset, length);
    int count = 0;
    while (attributes.next()) {
      count++;
      Check.inside(attributes.valueOffset(), attributes.valueLength(), offset, length);
      out.add(attributes.type()).add(attributes.valueOffset() - offset);
      out.add(buffer, attributes.valueOffset(), attributes.valueLength());
    }
    Check.that(count <= length / Netlink.ATTRIBUTE_HEADER_LENGTH, "more attributes than fit");
    out.add(attributes.fault());
  }
}
