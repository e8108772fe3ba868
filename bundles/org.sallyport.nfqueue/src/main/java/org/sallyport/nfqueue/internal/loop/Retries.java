// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Questions that rest on something that is on its way, and are asked again after a pause. Their
 * number is bounded by that of open questions. Owned by the agent.
 */
final class Retries {

  /** How soon a question is asked again. */
  static final long PAUSE_NS = 10_000_000L;

  /** The next first, since all pauses are equally long. */
  private final Deque<Retry> waiting = new ArrayDeque<>();

  private record Retry(Question question, long atNs) {}

  /** Has a question wait. */
  void add(Question question, long nowNs) {
    waiting.add(new Retry(question, nowNs + PAUSE_NS));
  }

  /** Whether none waits. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** In how many nanoseconds the next is due; ask only if there is one. */
  long dueInNs(long nowNs) {
    return waiting.element().atNs() - nowNs;
  }

  /** Whether {@link #next} may be asked. */
  boolean isDue(long nowNs) {
    return !waiting.isEmpty() && dueInNs(nowNs) <= 0;
  }

  /** The question that waited longest; it may be settled meanwhile. */
  Question next() {
    return waiting.remove().question();
  }

  /** Forgets all of them. */
  void clear() {
    waiting.clear();
  }
}
