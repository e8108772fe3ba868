// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sallyport.api.packet.Direction;

/**
 * Everything a snapshot is compiled from.
 *
 * @param revision the revision the snapshot will have
 * @param rules the rules of all stores, in any order
 * @param defaults the verdict where no rule matches, for each direction
 * @param unknownRefuses whether a refusing rule applies also where a fact is unknown (the fail mode
 *     {@code unknown-operand: apply})
 * @param pluginErrorRefuses whether it applies also where a plugin failed to say (the fail mode
 *     {@code plugin-error: apply})
 */
public record PolicySource(
    long revision,
    List<StoredRule> rules,
    Map<Direction, Verdict> defaults,
    boolean unknownRefuses,
    boolean pluginErrorRefuses) {

  /** Refuses a missing default and copies the collections. */
  public PolicySource {
    rules = List.copyOf(rules);
    Map<Direction, Verdict> copy = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      copy.put(direction, Objects.requireNonNull(defaults.get(direction), "default " + direction));
    }
    defaults = Map.copyOf(copy);
  }

  /**
   * A policy that takes a plugin's failure for an unknown fact.
   *
   * @param revision the revision the snapshot will have
   * @param rules the rules of all stores, in any order
   * @param defaults the verdict where no rule matches, for each direction
   * @param unknownRefuses whether a refusing rule applies also where a fact is unknown
   */
  public PolicySource(
      long revision,
      List<StoredRule> rules,
      Map<Direction, Verdict> defaults,
      boolean unknownRefuses) {
    this(revision, rules, defaults, unknownRefuses, unknownRefuses);
  }
}
