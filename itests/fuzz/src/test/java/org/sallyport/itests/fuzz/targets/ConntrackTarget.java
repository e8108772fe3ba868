// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.targets;

import java.nio.ByteBuffer;
import org.sallyport.codec.netlink.ConntrackEntry;
import org.sallyport.codec.netlink.ConntrackTuple;
import org.sallyport.codec.netlink.MarkChange;
import org.sallyport.codec.netlink.NetlinkAttributes;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Decoder;
import org.sallyport.itests.fuzz.kit.Reading;
import org.sallyport.itests.fuzz.kit.Windows;

/** A conntrack dump, and the request to clear the mark of each entry, which is read back. */
public final class ConntrackTarget implements Decoder {

  private static final Windows WINDOWS = new Windows();
  private static final ConntrackTarget DECODER = new ConntrackTarget();

  private static final int BEFORE = 16;
  private static final int HEADERS = 20;
  private static final int MARK = 8;
  private static final int MARK_MASK = 21;
  private static final int MASK = 0xffff0000;
  private static final MarkChange CLEAR = MarkChange.clear(MASK);
  private static final int MAX_REQUEST = 1 << 18;

  private final NetlinkMessages messages = new NetlinkMessages();
  private final ConntrackEntry entry = new ConntrackEntry();
  private final ConntrackTuple tuple = new ConntrackTuple();
  private final ByteBuffer request;
  private final NetlinkMessages written = new NetlinkMessages();
  private final NetlinkAttributes attributes = new NetlinkAttributes();

  public ConntrackTarget() {
    this(ByteBuffer.allocate(BEFORE + MAX_REQUEST));
  }

  private ConntrackTarget(ByteBuffer request) {
    this.request = request;
  }

  public static void fuzzerTestOneInput(byte[] input) {
    WINDOWS.check(DECODER, new ConntrackTarget(DECODER.request), input);
  }

  @Override
  public void read(ByteBuffer buffer, int offset, int length, Reading out) {
    messages.wrap(buffer, offset, length);
    while (messages.next()) {
      NetlinkFault fault = entry.wrap(messages);
      out.add(fault);
      if (fault == NetlinkFault.NONE) {
        out.add(entry.mark()).add(entry.changeLength());
        tuple(out);
        encode(out);
      }
    }
    out.add(messages.fault());
  }

  private void tuple(Reading out) {
    NetlinkFault fault = entry.original(tuple);
    out.add(fault);
    if (fault == NetlinkFault.NONE) {
      out.add(tuple.protocol()).add(tuple.hasPorts());
      out.add(tuple.sourcePort()).add(tuple.destinationPort());
      out.add(tuple.sourceHigh()).add(tuple.sourceLow());
      out.add(tuple.destinationHigh()).add(tuple.destinationLow());
    }
  }

  private void encode(Reading out) {
    int length = entry.changeLength();
    Check.that(
        length <= HEADERS + 16 + messages.payloadLength() + 8, "a request is bounded by its entry");
    request.put(BEFORE + length, (byte) 0x5a);
    entry.encodeChange(request, BEFORE, CLEAR, 7);
    Check.that(request.get(BEFORE + length) == 0x5a, "a request is as long as it says");
    written.wrap(request, BEFORE, length);
    Check.that(written.next() && written.type() == ConntrackEntry.TYPE, "a request is a message");
    attributes.wrap(request, written.payloadOffset() + 4, written.payloadLength() - 4);
    int last = 0;
    while (attributes.next()) {
      if (last == 0) {
        out.add(request, attributes.valueOffset(), attributes.valueLength());
      }
      if (attributes.type() == MARK) {
        Check.that(request.getInt(attributes.valueOffset()) == 0, "the bits are cleared");
      }
      last = attributes.type();
    }
    Check.that(attributes.fault() == NetlinkFault.NONE, "a request is well-formed");
    Check.that(last == MARK_MASK, "only the bits of the mask are changed");
    Check.that(request.getInt(attributes.valueOffset()) == MASK, "the mask is the one given");
    Check.that(!written.next() && written.fault() == NetlinkFault.NONE, "it is one message");
    zero(length);
  }

  private void zero(int length) {
    for (int i = 0; i <= length; i++) {
      request.put(BEFORE + i, (byte) 0);
    }
  }
}
