// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Arrays;
import org.sallyport.api.packet.PacketView;

/** The first bytes of a packet, kept. Immutable. */
final class PacketStart {

  /** Of no packet. */
  static final PacketStart NONE = new PacketStart(new byte[0]);

  private final byte[] bytes;

  private PacketStart(byte[] bytes) {
    this.bytes = bytes;
  }

  static PacketStart of(PacketView packet) {
    byte[] start = new byte[PacketView.START_BYTES];
    int length = packet.copyStart(start);
    return new PacketStart(length == start.length ? start : Arrays.copyOf(start, length));
  }

  int copyTo(byte[] target) {
    int length = Math.min(target.length, bytes.length);
    System.arraycopy(bytes, 0, target, 0, length);
    return length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PacketStart start && Arrays.equals(bytes, start.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
