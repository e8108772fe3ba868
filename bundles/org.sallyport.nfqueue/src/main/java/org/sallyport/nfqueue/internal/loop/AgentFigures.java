// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;

/** An agent's counters: written by the agent alone, read by anybody. */
public final class AgentFigures {

  private final AtomicLongArray counts = new AtomicLongArray(AgentFigure.values().length);

  /** Creates counters at zero. */
  public AgentFigures() {}

  /** Counts one; only the agent's thread may call this. */
  void count(AgentFigure figure) {
    counts.lazySet(figure.ordinal(), counts.get(figure.ordinal()) + 1);
  }

  /**
   * A counter.
   *
   * @param figure which
   * @return at least 0
   */
  public long get(AgentFigure figure) {
    return counts.get(figure.ordinal());
  }

  /** All counters on one line, for a person. */
  @Override
  public String toString() {
    return Arrays.stream(AgentFigure.values())
        .map(figure -> figure.word() + " " + get(figure))
        .collect(Collectors.joining(", "));
  }
}
