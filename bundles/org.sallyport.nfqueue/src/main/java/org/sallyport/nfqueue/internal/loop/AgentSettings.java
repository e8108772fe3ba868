// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

/**
 * The agent's bounds.
 *
 * @param cacheSets how many sets of four known flows are remembered; a power of two
 * @param maxHeldPackets how many packets may wait for the answer to a question, 1 or more
 * @param workers how many threads search for subjects, 1 or more
 * @param answerTimeoutNs how long a question may take, nanoseconds
 */
public record AgentSettings(int cacheSets, int maxHeldPackets, int workers, long answerTimeoutNs) {

  /** Room for 16384 known flows (1.5 MB) and 4096 held packets; answers within two seconds. */
  public static final AgentSettings DEFAULTS = new AgentSettings(4096, 4096, 2, 2_000_000_000L);

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
}
