// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleText;

/**
 * A rule of a snapshot, for people.
 *
 * @param definition the rule as its store keeps it
 * @param store the store's name
 * @param rule the parsed text
 * @param canonicalText the text as the engine prints it
 * @param counter what it decided so far
 * @param unresolved why the rule cannot apply here (a part that knows one of its attributes is not
 *     installed), or empty
 */
public record CompiledRule(
    RuleDefinition definition,
    String store,
    RuleText rule,
    String canonicalText,
    RuleCounter counter,
    Optional<String> unresolved) {

  /** Refuses null. */
  public CompiledRule {
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(canonicalText, "canonicalText");
    Objects.requireNonNull(counter, "counter");
    Objects.requireNonNull(unresolved, "unresolved");
  }
}
