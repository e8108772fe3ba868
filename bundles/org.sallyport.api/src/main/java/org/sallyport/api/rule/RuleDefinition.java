// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.Objects;

/**
 * A rule as a store keeps it. Stores do not read the text; the engine does.
 *
 * @param id unique across all stores, in the form of {@link RuleId}
 * @param text the rule text, for example {@code deny out process.exe=/usr/bin/curl}
 * @param priority lower is asked first; any int
 * @param enabled whether it takes part
 * @param comment for people; may be empty
 * @param origin where it was written
 */
public record RuleDefinition(
    String id, String text, int priority, boolean enabled, String comment, Origin origin) {

  /** The priority of a rule that names none. */
  public static final int DEFAULT_PRIORITY = 1000;

  /** Checks the id's form. */
  public RuleDefinition {
    if (!RuleId.isValid(id)) {
      throw new IllegalArgumentException(
          "'" + id + "' is not a rule id: use 1 to 24 of a-z, 0-9 and -");
    }
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(comment, "comment");
    Objects.requireNonNull(origin, "origin");
  }

  /**
   * The same rule, switched on or off.
   *
   * @param value whether it takes part
   * @return the changed copy
   */
  public RuleDefinition withEnabled(boolean value) {
    return new RuleDefinition(id, text, priority, value, comment, origin);
  }
}
