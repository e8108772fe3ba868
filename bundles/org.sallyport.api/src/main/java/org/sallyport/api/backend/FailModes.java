// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.EnumMap;
import java.util.Map;

/**
 * The choice for each situation.
 *
 * @param choices one choice per situation, each among the situation's own
 */
public record FailModes(Map<Situation, Choice> choices) {

  /** Every situation at its closed choice. */
  public static final FailModes CLOSED = preset(true);

  /** Every situation at its open choice. */
  public static final FailModes OPEN = preset(false);

  /** Checks that each situation has a choice it allows, and copies the map. */
  public FailModes {
    for (Situation situation : Situation.values()) {
      Choice choice = choices.get(situation);
      if (choice == null || !situation.choices().contains(choice)) {
        throw new IllegalArgumentException(situation.word() + " cannot be " + choice);
      }
    }
    choices = Map.copyOf(choices);
  }

  private static FailModes preset(boolean closed) {
    Map<Situation, Choice> choices = new EnumMap<>(Situation.class);
    for (Situation situation : Situation.values()) {
      choices.put(situation, closed ? situation.closed() : situation.open());
    }
    return new FailModes(choices);
  }

  /**
   * The choice for one situation.
   *
   * @param situation the situation
   * @return the choice
   */
  public Choice choice(Situation situation) {
    return choices.get(situation);
  }

  /**
   * The same modes with one choice changed.
   *
   * @param situation the situation
   * @param choice one of its choices
   * @return the changed copy
   * @throws IllegalArgumentException if the situation does not allow the choice
   */
  public FailModes with(Situation situation, Choice choice) {
    Map<Situation, Choice> changed = new EnumMap<>(choices);
    changed.put(situation, choice);
    return new FailModes(changed);
  }
}
