// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.packet.Direction;

/**
 * What carries decisions into the kernel, registered as an OSGi service. Every method but {@link
 * #name} and {@link #health} is called on the control thread and may block for seconds.
 */
@ConsumerType
public interface Backend {

  /**
   * The backend's name.
   *
   * @return for example {@code nfqueue}
   */
  String name();

  /**
   * The directions this backend can judge. A rule or default for another one is refused, never
   * ignored.
   *
   * @return at least one direction
   */
  Set<Direction> directions();

  /**
   * Which generation the kernel holds now, perhaps from an earlier daemon.
   *
   * @return the generation, or empty if the kernel holds nothing of ours
   * @throws BackendException if the kernel could not be read
   */
  OptionalInt generationInKernel() throws BackendException;

  /**
   * Stands guard before the first policy: whatever would be judged is treated as {@link
   * Situation#NO_POLICY} says until {@link #enforce} is called. If the kernel holds something of
   * ours it stays as it is, so that flows it knows go on; if it holds nothing, everything new
   * waits. Called at most once, before {@link #enforce}, and only where verdicts bind.
   *
   * @param context the bridges
   * @param order the state, its generation a fresh one
   * @throws BackendException if the kernel refused
   */
  default void guard(BackendContext context, Enforcement order) throws BackendException {}

  /**
   * What this backend can decide in the kernel by itself. It is then given a {@link
   * Enforcement#program}, and may stand before others in the stack.
   *
   * @return empty for a backend that asks the policy for each packet: it decides everything, and
   *     stands last
   */
  default Optional<Expressiveness> expressiveness() {
    return Optional.empty();
  }

  /**
   * What of an order's program this backend has no room for, asked before the policy comes into
   * force: such a change is refused whole. Changes nothing.
   *
   * @param order an order that may follow
   * @return why, a sentence each, by the id of the rule at which the room runs out
   */
  default Map<String, String> tooLarge(Enforcement order) {
    return Map.of();
  }

  /**
   * Readies everything that an order needs and that changes no verdict yet: binds queues, builds
   * rules. Called for every backend of the stack before the first of them is told to {@link
   * #enforce} the same order, so that one commit can carry out the parts of all.
   *
   * @param context the bridges
   * @param order the state that {@link #enforce} will be given next
   * @throws BackendException if it cannot be carried out; what was in force before stays so
   */
  default void prepare(BackendContext context, Enforcement order) throws BackendException {}

  /**
   * Leaves the stack while others stay: called after they enforce an order without this backend.
   * Answers what still waits for it, then lets go of whatever it holds.
   *
   * @throws BackendException if something of it is left in the kernel
   */
  default void retire() throws BackendException {
    disarm();
  }

  /**
   * What the kernel counted for the rules this backend holds. May start processes.
   *
   * @return read now
   * @throws BackendException if the kernel could not be read
   */
  default KernelCounts counts() throws BackendException {
    return KernelCounts.NONE;
  }

  /**
   * What this backend would install for an order, for people. Changes nothing.
   *
   * @param context the bridges
   * @param order any order
   * @return a line each, as the kernel's own tools print it
   */
  default List<String> describe(BackendContext context, Enforcement order) {
    return List.of();
  }

  /**
   * Brings the kernel to the given state and returns when it is in force: rules read back, and no
   * verdict of an older state can still be sent. On failure the state before holds or the kernel
   * refuses more than asked, never less. Also repairs what somebody else changed.
   *
   * @param context the bridges; the same object at each call of one daemon
   * @param order the state
   * @throws BackendException if the kernel refused
   */
  void enforce(BackendContext context, Enforcement order) throws BackendException;

  /**
   * Whether this backend wants the order in force once more, since it does without something that
   * it may have by now. Asked every few seconds; {@link #prepare} and {@link #enforce} follow with
   * the same order. A backend says so seldom: each time may write all rules.
   *
   * @return whether to give it the order again
   */
  default boolean wantsAnotherTry() {
    return false;
  }

  /**
   * Removes everything of this backend from the kernel.
   *
   * @throws BackendException if the kernel refused
   */
  void disarm() throws BackendException;

  /**
   * Compares the kernel with what was enforced last, changing nothing.
   *
   * @return how the backend is doing; may be called on any thread
   */
  BackendHealth health();
}
