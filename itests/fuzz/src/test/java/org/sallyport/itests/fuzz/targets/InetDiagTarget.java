// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.targets;

import java.nio.ByteBuffer;
import org.sallyport.codec.netlink.InetDiagReply;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Decoder;
import org.sallyport.itests.fuzz.kit.Reading;
import org.sallyport.itests.fuzz.kit.Windows;

/** Answers of sock_diag. */
public final class InetDiagTarget implements Decoder {

  private static final Windows WINDOWS = new Windows();
  private static final InetDiagTarget DECODER = new InetDiagTarget();

  private final NetlinkMessages messages = new NetlinkMessages();
  private final InetDiagReply reply = new InetDiagReply();

  public static void fuzzerTestOneInput(byte[] input) {
    WINDOWS.check(DECODER, new InetDiagTarget(), input);
  }

  @Override
  public void read(ByteBuffer buffer, int offset, int length, Reading out) {
    messages.wrap(buffer, offset, length);
    while (messages.next()) {
      NetlinkFault fault = reply.wrap(messages);
      Check.that(
          (fault == NetlinkFault.NONE) == (messages.payloadLength() >= InetDiagReply.LENGTH),
          "a reply is as long as its fixed part, or a fault");
      out.add(fault);
      if (fault == NetlinkFault.NONE) {
        out.add(reply.state()).add(reply.localPort()).add(reply.remotePort());
        out.add(reply.interfaceIndex()).add(reply.cookie()).add(reply.cgroupId());
        out.add(reply.userId()).add(reply.inode());
        Check.that(reply.userId() >= 0 && reply.inode() >= 0, "ids are unsigned");
      }
    }
    out.add(messages.fault());
  }
}
