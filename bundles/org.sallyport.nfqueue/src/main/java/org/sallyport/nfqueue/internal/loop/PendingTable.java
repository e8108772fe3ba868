// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Questions under way and the packets that wait for them. A packet enters once, by {@link #hold},
 * and leaves once, by {@link #settle} of its question. Bounded in questions and in packets, and in
 * packets of one flow and of one user, so that a busy sender cannot take the places of all others.
 * Owned by the agent.
 */
final class PendingTable {

  private static final int SHARE_OF_ONE_FLOW = 8;
  private static final int SHARE_OF_ONE_USER = 2;

  /**
   * In the order asked. Within one mode deadlines are equally long, so the first is the next to
   * pass; for one deadline after a change to observing, the first may keep a later one waiting.
   */
  private final Set<Question> questions = new LinkedHashSet<>();

  /** The latest question of each key. */
  private final Map<FlowKey, Question> latest = new HashMap<>();

  private final Map<Long, Integer> packetsOfUser = new HashMap<>();
  private final int maxPackets;
  private int packets;

  /**
   * Makes an empty table.
   *
   * @param maxPackets how many packets may wait, and how many questions may be open
   */
  PendingTable(int maxPackets) {
    this.maxPackets = maxPackets;
  }

  /** The question that one more packet with this key may wait for. */
  Optional<Question> find(FlowKey key) {
    Question question = latest.get(key);
    return question != null && question.isJoinable() ? Optional.of(question) : Optional.empty();
  }

  /** Whether a packet of a user has room, and a question with it. */
  boolean hasRoom(long userId) {
    return questions.size() < maxPackets
        && packets < maxPackets
        && packetsOfUser.getOrDefault(userId, 0) < Math.max(1, maxPackets / SHARE_OF_ONE_USER);
  }

  /** Enters a question; no other with its key may be joinable, and {@link #hasRoom} be true. */
  void open(Question question) {
    if (!hasRoom(question.key().userId()) || find(question.key()).isPresent()) {
      throw new IllegalStateException("no room, or asked before: " + question.key());
    }
    questions.add(question);
    latest.put(question.key(), question);
  }

  /**
   * Has a packet wait for an open question.
   *
   * @return false if there is no room for it
   */
  boolean hold(Question question, Question.Held packet) {
    int mostOfOneFlow = Math.max(1, maxPackets / SHARE_OF_ONE_FLOW);
    if (!hasPacketRoom(question.key().userId()) || question.held().size() >= mostOfOneFlow) {
      return false;
    }
    question.held().add(packet);
    packetsOfUser.merge(question.key().userId(), 1, Integer::sum);
    packets++;
    return true;
  }

  private boolean hasPacketRoom(long userId) {
    return packets < maxPackets
        && packetsOfUser.getOrDefault(userId, 0) < Math.max(1, maxPackets / SHARE_OF_ONE_USER);
  }

  /**
   * Takes a question and its packets out.
   *
   * @return the packets, in the order they came; none if the question is not open (any more)
   */
  Optional<List<Question.Held>> settle(Question question) {
    if (!questions.remove(question)) {
      return Optional.empty();
    }
    question.settle();
    latest.remove(question.key(), question);
    int count = question.held().size();
    packets -= count;
    packetsOfUser.computeIfPresent(
        question.key().userId(), (user, now) -> now == count ? null : now - count);
    return Optional.of(question.held());
  }

  /** The question whose deadline passes next. */
  Optional<Question> eldest() {
    return questions.isEmpty()
        ? Optional.empty() // the usual case makes no iterator
        : Optional.of(questions.iterator().next());
  }

  /** All open questions, in the order asked. */
  List<Question> all() {
    return new ArrayList<>(questions);
  }

  /** How many packets wait. */
  int packets() {
    return packets;
  }

  /** How many questions are open. */
  int questions() {
    return questions.size();
  }
}
