// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.Objects;
import java.util.Set;
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
 */
public record Enforcement(
    Mode mode,
    int generation,
    FailModes failModes,
    boolean loopback,
    Set<Direction> hooked,
    boolean shuttingDown) {

  /** Checks ranges and copies the set. */
  public Enforcement {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(failModes, "failModes");
    hooked = Set.copyOf(hooked);
    if (generation < 1 || hooked.isEmpty()) {
      throw new IllegalArgumentException("generation " + generation + ", hooked " + hooked);
    }
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
