// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import org.sallyport.api.packet.PacketView;

/**
 * Receives from the queue where packets come straight from who sends them, and knows since when
 * they may wait there: whatever a receive finds came after the start of the last one that left
 * nothing behind. Owned by the agent.
 */
final class Arrivals {

  private long emptiedNs = PacketView.UNKNOWN_TIME;
  private long sinceNs = PacketView.UNKNOWN_TIME;

  /**
   * Takes what is there.
   *
   * @param queue always the same
   * @param nowNs a time at or before this call
   * @return how many datagrams
   */
  int receive(PacketQueue queue, long nowNs) throws IOException {
    int datagrams = queue.receive();
    sinceNs = emptiedNs;
    if (queue.isEmptied()) {
      emptiedNs = nowNs;
    }
    return datagrams;
  }

  /** When the packets that were received last had not been sent yet. */
  long sinceNs() {
    return sinceNs;
  }
}
