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
 * @param inForce whether it was in force before: then a part that it needs may be away, but is not
 *     misspelt, and its absence does not make the policy void
 */
public record StoredRule(
    String store,
    int storeRank,
    RuleDefinition definition,
    RuleCounter counter,
    Optional<ProcessId> process,
    boolean inForce) {

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
    this(store, storeRank, definition, counter, Optional.empty(), false);
  }

  /**
   * A rule that is new.
   *
   * @param store the name of its store
   * @param storeRank its store's rank
   * @param definition the rule
   * @param counter what it decided so far, across revisions
   * @param process the process it is about, if any
   */
  public StoredRule(
      String store,
      int storeRank,
      RuleDefinition definition,
      RuleCounter counter,
      Optional<ProcessId> process) {
    this(store, storeRank, definition, counter, process, false);
  }
}
