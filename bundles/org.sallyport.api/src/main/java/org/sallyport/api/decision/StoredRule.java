// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Objects;
import org.sallyport.api.rule.RuleDefinition;

/**
 * A rule on its way to the engine.
 *
 * @param store the name of its store
 * @param storeRank its store's rank
 * @param definition the rule
 * @param counter what it decided so far, across revisions
 */
public record StoredRule(
    String store, int storeRank, RuleDefinition definition, RuleCounter counter) {

  /** Refuses null. */
  public StoredRule {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(counter, "counter");
  }
}
