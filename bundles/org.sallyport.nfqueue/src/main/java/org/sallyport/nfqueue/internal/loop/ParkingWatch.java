// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

/**
 * Knows whether a look into the parking queue is worth its system call: only this agent sends
 * packets there, or one before it. Owned by the agent.
 */
final class ParkingWatch {

  private boolean mayHaveMore = true;
  private long seen;

  /**
   * Whether something may be there.
   *
   * @param sent how many packets the agent has sent there so far
   */
  boolean isWorthALook(long sent) {
    return mayHaveMore || seen < sent;
  }

  /** Notes what a look found; there may be more of an earlier agent's than this one sent. */
  void saw(int packets, long sent) {
    mayHaveMore = packets > 0;
    seen = Math.min(seen + packets, sent);
  }

  /** Has the next cycle look all the same; to be called now and then. */
  void lookAgain() {
    mayHaveMore = true;
  }
}
