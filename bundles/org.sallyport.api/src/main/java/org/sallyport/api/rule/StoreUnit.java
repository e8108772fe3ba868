// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.List;
import java.util.Objects;

/**
 * The part of a store that is good or bad as a whole: a file. If it has errors, or one of its rules
 * does not compile, its last good rules stay in force.
 *
 * @param name the unit's name, unique in its store: a file's path
 * @param rules what it holds; empty if it has errors
 * @param errors why it could not be read; empty if it could
 */
public record StoreUnit(String name, List<RuleDefinition> rules, List<StoreError> errors) {

  /** Refuses null and copies the lists. */
  public StoreUnit {
    Objects.requireNonNull(name, "name");
    rules = List.copyOf(rules);
    errors = List.copyOf(errors);
    if (!rules.isEmpty() && !errors.isEmpty()) {
      throw new IllegalArgumentException(name + " is either good or bad, not both");
    }
  }
}
