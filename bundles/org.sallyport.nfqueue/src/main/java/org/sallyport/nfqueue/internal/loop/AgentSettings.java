// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.concurrent.TimeUnit;

/**
 * The agent's bounds.
 *
 * @param cacheSets how many sets of four known flows are remembered; a power of two
 * @param maxHeldPackets how many packets may wait for the answer to a question, 1 or more
 * @param workers how many threads search for subjects, 1 or more
 * @param answerTimeoutNs how long a question may take, nanoseconds
 */
public record AgentSettings(int cacheSets, int maxHeldPackets, int workers, long answerTimeoutNs) {

  /**
   * System property: how many seconds a question may take, 1 to 60. For machines that are much
   * slower than the programs they protect expect, such as emulated ones.
   */
  static final String ANSWER_SECONDS = "sallyport.answer.seconds";

  /** Room for 16384 known flows (1.5 MB) and 4096 held packets; answers within two seconds. */
  public static final AgentSettings DEFAULTS =
      new AgentSettings(4096, 4096, 2, TimeUnit.SECONDS.toNanos(answerSeconds()));

  /** Checks ranges. */
  public AgentSettings {
    if (Integer.bitCount(cacheSets) != 1
        || maxHeldPackets < 1
        || workers < 1
        || answerTimeoutNs < 1) {
      throw new IllegalArgumentException(
          "sets " + cacheSets + ", held " + maxHeldPackets + ", workers " + workers);
    }
  }

  /** What is no number of that range counts as not given. */
  static long answerSeconds() {
    long given = Long.getLong(ANSWER_SECONDS, 2);
    return given >= 1 && given <= 60 ? given : 2;
  }
}
