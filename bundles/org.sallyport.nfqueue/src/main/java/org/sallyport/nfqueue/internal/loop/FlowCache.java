// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Arrays;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.packet.Direction;

/**
 * What was decided about which flow <em>and</em> socket in which revision. A tuple alone proves
 * nothing: a denied program could inherit an allowed one's, so the socket's cookie is part of the
 * key, and so is the interface, which rules may ask for. Bounded: each key has {@value #WAYS}
 * places it may stand in; the longest unused makes room. What falls out is judged again. A flow
 * whose destination was rewritten, and nobody knows from where, has a place only to be known again:
 * {@link Judge} lets nothing answer for it.
 *
 * <p>{@link #seek} stands on an entry or on the place for one; {@link #keep} writes there. Nothing
 * is allocated after the start. Owned by the agent.
 */
final class FlowCache {

  private static final int WAYS = 4;

  /** Addresses (4 words), ports with direction and protocol, interface, socket, revision. */
  private static final int WORDS = 8;

  /** In the place of an interface's index, which is never negative. */
  private static final long WHOLE_SOCKET = -1;

  /** Beside the direction: the addresses are not those that were asked for. */
  private static final long REWRITTEN = 1L << 24;

  private final long[] keys;
  private final Decision[] decisions;
  private final long[] goodUntilNs;
  private final long[] usedNs;
  private final long[] sought = new long[WORDS];
  private final int setMask;
  private int place;
  private boolean present;

  /**
   * Makes an empty cache.
   *
   * @param sets a power of two; there is room for {@value #WAYS} times as many flows
   */
  FlowCache(int sets) {
    if (Integer.bitCount(sets) != 1) {
      throw new IllegalArgumentException("the number of sets is a power of two, not " + sets);
    }
    setMask = sets - 1;
    keys = new long[sets * WAYS * WORDS];
    decisions = new Decision[sets * WAYS];
    goodUntilNs = new long[sets * WAYS];
    usedNs = new long[sets * WAYS];
  }

  /**
   * Looks a flow up.
   *
   * @param packet a packet of it
   * @param socket the cookie of the socket that sent it
   * @param revision the policy's revision
   * @param nowNs the time, which marks the entry as used
   * @return whether {@link #decision} may be asked
   */
  boolean seek(Packet packet, long socket, long revision, long nowNs) {
    describe(packet, socket, revision);
    return seekDescribed(nowNs);
  }

  /**
   * Looks up what was decided about all flows of a socket.
   *
   * @param packet a packet of one of them, for its direction and protocol
   * @param socket the socket's cookie
   * @param revision the policy's revision
   * @param nowNs the time, which marks the entry as used
   * @return whether {@link #decision} may be asked
   */
  boolean seekSocket(Packet packet, long socket, long revision, long nowNs) {
    Arrays.fill(sought, 0, WORDS, 0);
    sought[4] = (long) way(packet.direction()) << 16 | packet.protocol();
    sought[5] = WHOLE_SOCKET;
    sought[6] = socket;
    sought[7] = revision;
    return seekDescribed(nowNs);
  }

  private boolean seekDescribed(long nowNs) {
    int first = (int) hash() & setMask;
    int victim = first * WAYS;
    for (int way = 0; way < WAYS; way++) {
      int candidate = first * WAYS + way;
      if (decisions[candidate] != null && holdsSought(candidate)) {
        place = candidate;
        usedNs[place] = nowNs;
        present = true;
        return true;
      }
      if (isBetterVictim(candidate, victim)) {
        victim = candidate;
      }
    }
    place = victim;
    present = false;
    return false;
  }

  private void describe(Packet packet, long socket, long revision) {
    sought[0] = packet.localHigh();
    sought[1] = packet.localLow();
    sought[2] = packet.remoteHigh();
    sought[3] = packet.remoteLow();
    sought[4] =
        (long) packet.localPort() << 48
            | (long) packet.remotePort() << 32
            | (packet.knowsRemote() ? 0 : REWRITTEN)
            | (long) way(packet.direction()) << 16
            | (long) packet.icmpType() << 8
            | packet.protocol();
    sought[5] = packet.interfaceIndex();
    sought[6] = socket;
    sought[7] = revision;
  }

  private static int way(Direction direction) {
    return switch (direction) {
      case OUT -> 0;
      case IN -> 1;
      case FORWARD -> 2;
    };
  }

  private long hash() {
    long hash = 0;
    for (long word : sought) {
      hash = (hash ^ word) * 0x9e37_79b9_7f4a_7c15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  private boolean holdsSought(int candidate) {
    for (int word = 0; word < WORDS; word++) {
      if (keys[candidate * WORDS + word] != sought[word]) {
        return false;
      }
    }
    return true;
  }

  private boolean isBetterVictim(int candidate, int victim) {
    if (decisions[victim] == null) {
      return false;
    }
    return decisions[candidate] == null || usedNs[candidate] - usedNs[victim] < 0;
  }

  /** Whether the last {@link #seek} found an entry, or {@link #keep} made one since. */
  boolean isPresent() {
    return present;
  }

  /** The decision found; ask only if {@link #isPresent}. */
  Decision decision() {
    return decisions[place];
  }

  /** Until when that is, {@link System#nanoTime}. */
  long goodUntilNs() {
    return goodUntilNs[place];
  }

  /** Whether the decision found may still answer for the flow, or only tells what it was. */
  boolean isGood(long nowNs) {
    return goodUntilNs[place] - nowNs > 0;
  }

  /**
   * Keeps a decision for the flow last sought.
   *
   * @param decision the decision
   * @param nowNs the present
   * @param forNs for how long it answers for the flow; 0 only to know it again
   */
  void keep(Decision decision, long nowNs, long forNs) {
    System.arraycopy(sought, 0, keys, place * WORDS, WORDS);
    decisions[place] = decision;
    goodUntilNs[place] = nowNs + forNs;
    usedNs[place] = nowNs;
    present = true;
  }
}
