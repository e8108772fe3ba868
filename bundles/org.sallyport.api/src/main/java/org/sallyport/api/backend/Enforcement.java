// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.packet.Direction;

/**
 * What a backend is to carry into the kernel.
 *
 * @param mode whether verdicts bind
 * @param generation the short number of the policy's revision in our mark bits, from 1
 * @param failModes what to do when something goes wrong
 * @param loopback whether traffic of this host with itself is judged
 * @param hooked the directions that are judged; never empty
 * @param shuttingDown whether the daemon is stopping in order, so that {@link Situation#SHUTDOWN}
 *     counts instead of {@link Situation#NO_LISTENER}
 * @param stack the active backends in order, this one among them; the last decides what is left
 * @param program what this backend decides by itself; empty for one that asks the policy for each
 *     packet, and before the first policy
 */
public record Enforcement(
    Mode mode,
    int generation,
    FailModes failModes,
    boolean loopback,
    Set<Direction> hooked,
    boolean shuttingDown,
    List<String> stack,
    Optional<KernelProgram> program) {

  /** Checks ranges and copies the set. */
  public Enforcement {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(failModes, "failModes");
    Objects.requireNonNull(program, "program");
    hooked = Set.copyOf(hooked);
    stack = List.copyOf(stack);
    if (generation < 1 || hooked.isEmpty()) {
      throw new IllegalArgumentException("generation " + generation + ", hooked " + hooked);
    }
  }

  /**
   * For a backend that is alone and asks the policy for each packet.
   *
   * @param mode whether verdicts bind
   * @param generation the short number of the policy's revision in our mark bits, from 1
   * @param failModes what to do when something goes wrong
   * @param loopback whether traffic of this host with itself is judged
   * @param hooked the directions that are judged; never empty
   * @param shuttingDown whether the daemon is stopping in order
   */
  public Enforcement(
      Mode mode,
      int generation,
      FailModes failModes,
      boolean loopback,
      Set<Direction> hooked,
      boolean shuttingDown) {
    this(mode, generation, failModes, loopback, hooked, shuttingDown, List.of(), Optional.empty());
  }

  /**
   * What holds when nobody listens any more.
   *
   * @return the choice of {@link Situation#SHUTDOWN} or {@link Situation#NO_LISTENER}
   */
  public Choice withoutListener() {
    return failModes.choice(shuttingDown ? Situation.SHUTDOWN : Situation.NO_LISTENER);
  }
}
