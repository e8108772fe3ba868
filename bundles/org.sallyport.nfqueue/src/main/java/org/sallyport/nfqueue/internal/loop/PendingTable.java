// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Questions under way and the packets that wait for them. A packet enters once, by {@link #hold},
 * and leaves once, by {@link #settle} of its question. Bounded in questions, in packets, and in
 * packets of one flow, so that a busy sender cannot take the places of all others. Owned by the
 * agent.
 */
final class PendingTable {

  private static final int SHARE_OF_ONE_FLOW = 8;

  /**
   * In the order asked. Within one mode deadlines are equally long, so the first is the next to
   * pass; for one deadline after a change to observing, the first may keep a later one waiting.
   */
  private final Map<FlowKey, Question> questions = new LinkedHashMap<>();

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

  /** The question that packets with this key wait for. */
  Optional<Question> find(FlowKey key) {
    return Optional.ofNullable(questions.get(key));
  }

  /** Whether one more question has room. */
  boolean hasRoom() {
    return questions.size() < maxPackets && packets < maxPackets;
  }

  /** Enters a question; its key must be new and {@link #hasRoom} true. */
  void open(Question question) {
    if (!hasRoom() || questions.putIfAbsent(question.key(), question) != null) {
      throw new IllegalStateException("no room, or asked before: " + question.key());
    }
  }

  /**
   * Has a packet wait for an open question.
   *
   * @return false if there is no room for it
   */
  boolean hold(Question question, Question.Held packet) {
    int mostOfOneFlow = Math.max(1, maxPackets / SHARE_OF_ONE_FLOW);
    if (packets >= maxPackets || question.held().size() >= mostOfOneFlow) {
      return false;
    }
    question.held().add(packet);
    packets++;
    return true;
  }

  /**
   * Takes a question and its packets out.
   *
   * @return the packets, in the order they came; none if the question is not open (any more)
   */
  Optional<List<Question.Held>> settle(Question question) {
    if (!questions.remove(question.key(), question)) {
      return Optional.empty();
    }
    packets -= question.held().size();
    return Optional.of(question.held());
  }

  /** The question whose deadline passes next. */
  Optional<Question> eldest() {
    return questions.isEmpty()
        ? Optional.empty() // the usual case makes no iterator
        : Optional.of(questions.values().iterator().next());
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
