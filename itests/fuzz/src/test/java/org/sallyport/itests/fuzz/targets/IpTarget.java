// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.targets;

import java.nio.ByteBuffer;
import org.sallyport.codec.ip.IpFault;
import org.sallyport.codec.ip.IpHeader;
import org.sallyport.codec.ip.TransportHeader;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Decoder;
import org.sallyport.itests.fuzz.kit.Reading;
import org.sallyport.itests.fuzz.kit.Windows;

/**
 * IP headers, IPv6 extension headers and transport headers. The input's first byte says how much
 * longer than what was copied the packet is, in units of 16 bytes; the packet follows.
 */
public final class IpTarget implements Decoder {

  private static final Windows WINDOWS = new Windows();
  private static final IpTarget DECODER = new IpTarget();

  private final IpHeader ip = new IpHeader();
  private final TransportHeader transport = new TransportHeader();

  public static void fuzzerTestOneInput(byte[] input) {
    WINDOWS.check(DECODER, new IpTarget(), input);
  }

  @Override
  public void read(ByteBuffer buffer, int offset, int length, Reading out) {
    Check.that(
        ip.wrap(buffer, offset, buffer.limit() - offset + 1, 1 << 16) == IpFault.SHORT_HEADER,
        "a window larger than its buffer is refused");
    if (length == 0) {
      return;
    }
    int captured = length - 1;
    int full = captured + 16 * (buffer.get(offset) & 0xff);
    IpFault fault = ip.wrap(buffer, offset + 1, captured, full);
    Check.that(fault == ip.fault(), "one fault");
    out.add(fault);
    if (fault == IpFault.NONE || fault == IpFault.SHORT_TRANSPORT) {
      readIp(offset + 1, captured, full, out);
    }
    readTransport(fault, offset + 1, captured, out);
  }

  private void readIp(int offset, int captured, int full, Reading out) {
    Check.that(ip.version() == 4 || ip.version() == 6, "4 or 6");
    Check.that(ip.totalLength() <= Math.max(captured, full), "no longer than it can be");
    Check.that(ip.isFragment() || !ip.hasTransport() || ip.transportLength() >= 0, "lengths");
    out.add(ip.version()).add(ip.protocol()).add(ip.totalLength()).add(ip.hopLimit());
    out.add(ip.sourceHigh()).add(ip.sourceLow());
    out.add(ip.destinationHigh()).add(ip.destinationLow());
    out.add(ip.isFragment()).add(ip.hasTransport()).add(ip.transportLength());
    if (ip.hasTransport()) {
      Check.inside(ip.transportOffset(), ip.transportLength(), offset, captured);
      out.add(ip.transportOffset() - offset);
    }
  }

  private void readTransport(IpFault fault, int offset, int captured, Reading out) {
    transport.wrap(ip);
    out.add(transport.hasPorts()).add(transport.sourcePort()).add(transport.destinationPort());
    out.add(transport.tcpFlags()).add(transport.isTcpOpening());
    out.add(transport.hasIcmpType()).add(transport.icmpType()).add(transport.icmpCode());
    out.add(transport.hasIcmpIdentifier());
    if (transport.hasIcmpIdentifier()) {
      Check.inside(ip.transportOffset(), 6, offset, captured);
      out.add(transport.icmpIdentifier());
    }
    boolean known = transport.hasPorts() || transport.hasIcmpType();
    Check.that(!known || fault == IpFault.NONE, "nothing is known after a fault");
    Check.that(!known || ip.transportLength() >= 4, "what is known was there");
    Check.that(!(transport.hasPorts() && transport.hasIcmpType()), "ports or a type");
    if (known) {
      Check.inside(ip.transportOffset(), 4, offset, captured);
    }
  }
}
