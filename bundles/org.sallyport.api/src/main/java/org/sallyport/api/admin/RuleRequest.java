// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A rule a person wants added.
 *
 * @param words the rule text as a shell hands it over, action first
 * @param lifetimeWords the lifetime from options, for example {@code for 1h}; empty if none; naming
 *     one here and in the words is a usage error
 * @param priority the priority, or empty for the default
 * @param id the id, or empty for one made up
 * @param store the store's name, or empty for the one that fits the lifetime
 * @param comment for people; may be empty
 */
public record RuleRequest(
    List<String> words,
    List<String> lifetimeWords,
    OptionalInt priority,
    Optional<String> id,
    Optional<String> store,
    String comment) {

  /** Refuses null and copies the lists. */
  public RuleRequest {
    words = List.copyOf(words);
    lifetimeWords = List.copyOf(lifetimeWords);
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(comment, "comment");
  }
}
