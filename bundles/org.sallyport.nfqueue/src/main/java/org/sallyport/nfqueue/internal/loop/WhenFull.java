// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;

/**
 * What the kernel does with a packet that finds no room.
 *
 * @param fastOpens whether the fast queue lets it pass
 * @param parkingOpens whether the parking queue does
 */
public record WhenFull(boolean fastOpens, boolean parkingOpens) {

  /**
   * What an order says.
   *
   * @param order the order; while observing everything passes
   * @return the choice for each queue
   */
  public static WhenFull of(Enforcement order) {
    boolean observing = order.mode() == Mode.OBSERVE;
    FailModes modes = order.failModes();
    return new WhenFull(
        observing || modes.choice(Situation.QUEUE_FULL) == Choice.ACCEPT,
        observing || modes.choice(Situation.PARKING_FULL) == Choice.ACCEPT);
  }
}
