// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.decision.Decision;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.subject.SubjectLookup;

/**
 * Programs that were refused so often just now that they are refused unseen for a while, wherever
 * they send: a flood of refused flows, each from a socket of its own, must not keep the agent from
 * others. Of each program the first {@value #SEEN} flows of a window are judged and told to people
 * as ever; the window then ends and it is looked at anew. It rests on a hint about who sends, which
 * may refuse a program that has become another one by exec within the window, and never allows.
 *
 * <p>Bounded; nothing is allocated after the start. Owned by the agent.
 */
final class Flooders {

  /** How many flows of a program are judged in a window. */
  static final int SEEN = 16;

  static final long WINDOW_NS = 250_000_000L;

  private static final int PLACES = 64;

  /** Holder, uid, gid, direction with protocol, revision. */
  private static final int WORDS = 5;

  private final long[] keys = new long[PLACES * WORDS];
  private final long[] sinceNs = new long[PLACES];
  private final int[] refused = new int[PLACES];
  private final Decision[] decisions = new Decision[PLACES];
  private final long[] sought = new long[WORDS];
  private boolean any;
  private long untilNs;
  private int place;

  /** Whether anybody is refused unseen now: only then it is worth asking who sends. */
  boolean any(long nowNs) {
    return any && untilNs - nowNs > 0;
  }

  /**
   * Notes that a program's flow was judged and refused, and would be wherever it went.
   *
   * @param packet a packet of the flow
   * @param holder who sent it, as {@link SubjectLookup#holderOf} would say
   * @param decision the refusal, which tells the revision
   * @param nowNs the time
   */
  void refused(Packet packet, long holder, Decision decision, long nowNs) {
    describe(packet, holder, decision.revision());
    if (!seek() || nowNs - sinceNs[place] >= WINDOW_NS) {
      System.arraycopy(sought, 0, keys, place * WORDS, WORDS);
      sinceNs[place] = nowNs;
      refused[place] = 0;
    }
    decisions[place] = decision;
    refused[place]++;
    if (refused[place] >= SEEN) {
      long endNs = sinceNs[place] + WINDOW_NS;
      untilNs = any && untilNs - endNs > 0 ? untilNs : endNs;
      any = true;
    }
  }

  /**
   * Whether a program is refused unseen; {@link #decision} then tells how.
   *
   * @param packet a packet of a flow that nothing is known of
   * @param holder who seems to have sent it
   * @param revision the policy's revision
   * @param nowNs the time
   */
  boolean holds(Packet packet, long holder, long revision, long nowNs) {
    describe(packet, holder, revision);
    return seek() && refused[place] >= SEEN && nowNs - sinceNs[place] < WINDOW_NS;
  }

  /** The refusal of the program that {@link #holds} found. */
  Decision decision() {
    return decisions[place];
  }

  private void describe(Packet packet, long holder, long revision) {
    sought[0] = holder;
    sought[1] = packet.ownerUserId();
    sought[2] = packet.ownerGroupId();
    sought[3] = (packet.direction() == Direction.OUT ? 0L : 1L << 8) | packet.protocol();
    sought[4] = revision;
  }

  /** Stands on the program's place, or on the one whose window began first. */
  private boolean seek() {
    place = 0;
    for (int candidate = 0; candidate < PLACES; candidate++) {
      if (decisions[candidate] != null && holdsSought(candidate)) {
        place = candidate;
        return true;
      }
      boolean older = sinceNs[candidate] - sinceNs[place] < 0;
      if (decisions[place] != null && (decisions[candidate] == null || older)) {
        place = candidate;
      }
    }
    return false;
  }

  private boolean holdsSought(int candidate) {
    for (int word = 0; word < WORDS; word++) {
      if (keys[candidate * WORDS + word] != sought[word]) {
        return false;
      }
    }
    return true;
  }
}
