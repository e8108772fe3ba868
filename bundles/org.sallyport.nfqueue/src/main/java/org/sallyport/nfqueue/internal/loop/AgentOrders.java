// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.sallyport.api.backend.Enforcement;

/**
 * The way orders reach an agent: a bounded queue, looked at once per cycle. The control thread
 * gives orders; the agent takes them.
 */
public final class AgentOrders {

  private static final int MAX_WAITING = 16;

  private final ArrayBlockingQueue<Order> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Enforcement first;

  private record Order(Enforcement enforcement, CompletableFuture<Void> obeyed) {}

  /**
   * Starts with what the agent follows from its first cycle on.
   *
   * @param first the first order
   */
  public AgentOrders(Enforcement first) {
    this.first = first;
  }

  /**
   * Gives an order; wake the agent afterwards.
   *
   * @param order what to follow from now on
   * @return done when no packet is judged by an older order any more
   * @throws RejectedExecutionException if the agent has taken none for long
   */
  public Future<Void> give(Enforcement order) {
    Order entry = new Order(order, new CompletableFuture<>());
    if (!waiting.offer(entry)) {
      throw new RejectedExecutionException("the agent does not take orders any more");
    }
    return entry.obeyed();
  }

  Enforcement first() {
    return first;
  }

  /** The order in force after this cycle's look at the queue. */
  Enforcement latest(Enforcement current) {
    Enforcement latest = current;
    while (!waiting.isEmpty()) {
      Order order = waiting.remove();
      latest = order.enforcement();
      order.obeyed().complete(null);
    }
    return latest;
  }
}
