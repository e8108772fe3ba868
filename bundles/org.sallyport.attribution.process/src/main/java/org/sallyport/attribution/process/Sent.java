// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.kernel.events.ProcessEvents;

/**
 * When a packet was sent whose sender is looked for.
 *
 * @param bySomebody whether a program sent it; not so where a receiver is looked for, or who holds
 *     a running connection
 * @param sinceNs the {@link System#nanoTime} before which it was not sent, or {@link
 *     ProcessEvents#UNKNOWN_TIME}
 * @param mayComeAgain whether the kernel sends it once more by itself
 */
public record Sent(boolean bySomebody, long sinceNs, boolean mayComeAgain) {

  /** By nobody. */
  public static final Sent NOT = new Sent(false, ProcessEvents.UNKNOWN_TIME, false);

  /**
   * When a packet was sent.
   *
   * @param packet the packet
   * @return as far as it is known
   */
  public static Sent of(PacketView packet) {
    if (packet.direction() != Direction.OUT || !packet.awaitsVerdict()) {
      return NOT;
    }
    long sinceNs = packet.sentSinceNs();
    return new Sent(
        true,
        sinceNs == PacketView.UNKNOWN_TIME ? ProcessEvents.UNKNOWN_TIME : sinceNs,
        packet.protocol() == IpProtocol.TCP);
  }
}
