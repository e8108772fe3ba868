// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** An agent's counters: written by the agent alone, read by anybody. */
public final class AgentFigures {

  private final Map<AgentFigure, AtomicLong> counts = new EnumMap<>(AgentFigure.class);

  /** Creates counters at zero. */
  public AgentFigures() {
    for (AgentFigure figure : AgentFigure.values()) {
      counts.put(figure, new AtomicLong());
    }
  }

  /** Counts one; only the agent's thread may call this, so nothing has to be locked. */
  void count(AgentFigure figure) {
    AtomicLong count = counts.get(figure);
    count.lazySet(count.get() + 1);
  }

  /**
   * A counter.
   *
   * @param figure which
   * @return at least 0
   */
  public long get(AgentFigure figure) {
    return counts.get(figure).get();
  }

  /** All counters on one line, for a person. */
  @Override
  public String toString() {
    return Arrays.stream(AgentFigure.values())
        .map(figure -> figure.word() + " " + get(figure))
        .collect(Collectors.joining(", "));
  }
}
