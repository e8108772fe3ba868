// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sallyport.api.packet.Direction;

/**
 * The policy as one backend of a stack carries it out: for each direction the steps in the policy's
 * order, the first decisive one whose tests hold ends the walk, and what holds where none does.
 * Packets that the kernel made itself (no owner) pass where no step decides them, whatever the
 * default is. Immutable.
 *
 * @param steps the steps of each direction; every direction is present
 * @param defaults the verdict where no step decides; every direction is present
 */
public record KernelProgram(
    Map<Direction, List<KernelStep>> steps, Map<Direction, Verdict> defaults) {

  /** Refuses a missing direction and copies. */
  public KernelProgram {
    Map<Direction, List<KernelStep>> copied = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      copied.put(direction, List.copyOf(steps.get(direction)));
      Objects.requireNonNull(defaults.get(direction), "default " + direction);
    }
    steps = Map.copyOf(copied);
    defaults = Map.copyOf(defaults);
  }

  /**
   * The rules that the backend cannot hold.
   *
   * @return a step each, in order, out before in before forward
   */
  public List<KernelStep.PassOn> passedOn() {
    List<KernelStep.PassOn> passedOn = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      for (KernelStep step : steps.get(direction)) {
        if (step instanceof KernelStep.PassOn one) {
          passedOn.add(one);
        }
      }
    }
    return List.copyOf(passedOn);
  }
}
