// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;

/**
 * Packets of flows that were judged before. An allowed program that goes on sending datagrams by
 * the same socket to the same address need not ask for each: the source of subjects may let it go
 * on in the kernel for as long as the decision is good. Owned by the agent.
 */
final class KnownFlows {

  private static final int UDP = 17;

  private final Judge judge;
  private final FlowCache cache;
  private final SubjectFinder subjects;
  private final Verdicts verdicts;

  KnownFlows(Judge judge, FlowCache cache, SubjectFinder subjects, Verdicts verdicts) {
    this.judge = judge;
    this.cache = cache;
    this.subjects = subjects;
    this.verdicts = verdicts;
  }

  /**
   * Answers the open packet as {@link Judge#recall} does.
   *
   * @param packet the packet
   * @param socket what {@link SubjectFinder#socketOf} just said about it
   * @return whether it has its verdict
   */
  boolean takes(QueuedPacket packet, long socket) throws IOException {
    if (!judge.recall(packet, socket)) {
      return false;
    }
    if (goesOn(packet)) {
      subjects.prove(packet, cache.goodUntilNs());
    }
    return true;
  }

  /**
   * The last one asked for stands in the cache; what waited is no fresh word of its sender. A proof
   * is about where packets go: whoever may ask for an address that is rewritten may not therefore
   * ask for the one it is rewritten to.
   */
  private boolean goesOn(QueuedPacket packet) {
    return cache.decision().verdict() == Verdict.ALLOW
        && packet.protocol() == UDP
        && packet.direction() == Direction.OUT
        && !packet.isRewritten()
        && verdicts.lane() == Lane.FAST
        && !judge.isObserving();
  }
}
