// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.subject.ProcessId;

/**
 * A rule on its way to the engine.
 *
 * @param store the name of its store
 * @param storeRank its store's rank
 * @param definition the rule
 * @param counter what it decided so far, across revisions
 * @param process for a rule until exit, the process it is about: its {@code process.pid} means this
 *     one and no later process of the same number; empty for every other rule
 */
public record StoredRule(
    String store,
    int storeRank,
    RuleDefinition definition,
    RuleCounter counter,
    Optional<ProcessId> process) {

  /** Refuses null. */
  public StoredRule {
    Objects.requireNonNull(process, "process");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(counter, "counter");
  }

  /**
   * A rule that is not about one process.
   *
   * @param store the name of its store
   * @param storeRank its store's rank
   * @param definition the rule
   * @param counter what it decided so far, across revisions
   */
  public StoredRule(String store, int storeRank, RuleDefinition definition, RuleCounter counter) {
    this(store, storeRank, definition, counter, Optional.empty());
  }
}
