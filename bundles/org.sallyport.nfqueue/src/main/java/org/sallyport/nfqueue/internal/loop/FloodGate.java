// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import org.sallyport.api.subject.SubjectLookup;

/**
 * What becomes of packets while some program floods with refused flows: its own are refused unseen,
 * and what cannot be told apart from them at once waits behind all others, so that a flood delays
 * itself. Does nothing else at other times. Owned by the agent.
 */
final class FloodGate {

  private final Judge judge;
  private final SubjectFinder subjects;
  private final Verdicts verdicts;
  private final HeldFlows held;

  FloodGate(Judge judge, SubjectFinder subjects, Verdicts verdicts, HeldFlows held) {
    this.judge = judge;
    this.subjects = subjects;
    this.verdicts = verdicts;
    this.held = held;
  }

  /**
   * Answers or puts aside the open packet where that is due.
   *
   * @param packet the packet
   * @param socket what {@link SubjectFinder#socketOf} just said about it
   * @return whether that was done
   */
  boolean takes(Packet packet, long socket) throws IOException {
    if (!judge.refusesUnseen()) {
      return false;
    }
    boolean waited = verdicts.lane() == Lane.PARKING;
    long holder = waited ? subjects.holderOf(packet, socket) : subjects.holderAtEntrance(packet);
    if (judge.isFlood(packet, holder)) {
      judge.refuseFlood(packet);
      return true;
    }
    // Once only: what waited is judged, however little is known of it.
    boolean goesBehind =
        holder == SubjectLookup.NO_HOLDER && !waited && packet.hasOwner() && packet.hasPorts();
    if (goesBehind) {
      held.park();
    }
    return goesBehind;
  }
}
