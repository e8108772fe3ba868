// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.chain;

import java.util.Objects;
import java.util.Set;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;

/**
 * What the chains depend on.
 *
 * @param marks where our bits of the mark are
 * @param mode whether verdicts bind
 * @param generation the policy's generation
 * @param loopback whether traffic of this host with itself is judged
 * @param withoutListener {@code DROP_NEW}, {@code DROP_ALL} or {@code ACCEPT}: what holds while
 *     nobody listens to the queue
 * @param hooked the directions that are judged
 * @param queueNumber 0 to 65535
 */
public record ChainOrder(
    MarkLayout marks,
    Mode mode,
    int generation,
    boolean loopback,
    Choice withoutListener,
    Set<Direction> hooked,
    int queueNumber) {

  /** Refuses null and copies the set; ranges are checked where the rules are made. */
  public ChainOrder {
    Objects.requireNonNull(marks, "marks");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(withoutListener, "withoutListener");
    hooked = Set.copyOf(hooked);
  }

  /**
   * What an enforcement means for the chains.
   *
   * @param order the enforcement
   * @param marks where our bits of the mark are
   * @param queueNumber 0 to 65535
   * @return the chains' part of it
   */
  public static ChainOrder of(Enforcement order, MarkLayout marks, int queueNumber) {
    return new ChainOrder(
        marks,
        order.mode(),
        order.generation(),
        order.loopback(),
        order.withoutListener(),
        order.hooked(),
        queueNumber);
  }

  /** Whether packets pass while nobody listens: always while observing. */
  boolean opensWithoutListener() {
    return mode == Mode.OBSERVE || withoutListener == Choice.ACCEPT;
  }

  /** Whether established connections need a listener too. */
  boolean queuesEstablished() {
    return withoutListener == Choice.DROP_ALL && !opensWithoutListener();
  }

  /** Whether a direction is judged. */
  boolean judges(Direction direction) {
    return hooked.contains(direction);
  }

  /** Whether a flow of this host with itself is judged on its way out and on its way in. */
  boolean judgesLoopbackTwice() {
    return loopback && judges(Direction.OUT) && judges(Direction.IN);
  }

  /**
   * Whether another order asks for the same rules, but for their generation.
   *
   * @param other the other order
   * @return true if no more than the generation differs
   */
  public boolean differsInGenerationOnly(ChainOrder other) {
    return new ChainOrder(
            marks, mode, other.generation, loopback, withoutListener, hooked, queueNumber)
        .equals(other);
  }
}
