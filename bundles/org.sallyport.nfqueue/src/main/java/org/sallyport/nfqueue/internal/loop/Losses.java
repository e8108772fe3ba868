// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Situation;

/**
 * Counts what the kernel dropped without asking anybody, from its own counters. What was lost
 * before this object was made was counted by somebody else. Owned by the agent.
 */
final class Losses {

  private final PacketQueues queues;
  private final FailCounters failures;
  private long ofFast;
  private long ofParking;
  private long ofConnections;

  Losses(PacketQueues queues, FailCounters failures) {
    this.queues = queues;
    this.failures = failures;
    ofFast = queues.fast().lost();
    ofParking = queues.parking().lost();
    ofConnections = queues.connectionsLost();
  }

  /** Counts what was lost since the last call; some file reads. */
  void count() {
    ofFast = count(Situation.QUEUE_FULL, ofFast, queues.fast().lost());
    ofParking = count(Situation.PARKING_FULL, ofParking, queues.parking().lost());
    ofConnections = count(Situation.CONNTRACK_FULL, ofConnections, queues.connectionsLost());
  }

  private long count(Situation situation, long before, long now) {
    if (now > before) {
      failures.count(situation, now - before);
    }
    return now;
  }
}
