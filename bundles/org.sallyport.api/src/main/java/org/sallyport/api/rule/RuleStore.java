// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.ArrayList;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where rules live, registered as an OSGi service. All methods but {@link #name} and {@link #rank}
 * are called on the control thread and may block on disk. A store keeps texts; it does not judge
 * them.
 */
@ConsumerType
public interface RuleStore {

  /**
   * The store's name, as in {@code --store NAME}.
   *
   * @return for example {@code file}
   */
  String name();

  /**
   * The store's place among stores: of rules with one priority, those of the lower rank come first.
   *
   * @return the rank; the built-in stores have 100 (file) and 200 (memory)
   */
  int rank();

  /**
   * Starts watching for changes from outside. Called once, before the first {@link #read}.
   *
   * @param listener told, on any thread, that {@link #read} may answer differently
   */
  void open(StoreListener listener);

  /**
   * What the store holds now.
   *
   * @return the units, in the order of their names; a unit that cannot be read has errors
   */
  List<StoreUnit> read();

  /**
   * Tells whether {@link #put} and {@link #remove} may touch a rule, and changes nothing. A store
   * that commands may write as a whole need not answer.
   *
   * @param id the rule's id; the store need not have it
   * @throws StoreException if the store is damaged, or the rule stands in a place that only a
   *     person writes
   */
  default void checkWritable(String id) throws StoreException {}

  /**
   * Adds a rule or replaces the one of the same id.
   *
   * @param rule the rule; its origin is ignored
   * @throws StoreException if it could not be kept durably, or the rule stands in a place that only
   *     a person writes
   */
  void put(RuleDefinition rule) throws StoreException;

  /**
   * Removes a rule.
   *
   * @param id the rule's id
   * @return false if the store has no such rule
   * @throws StoreException if the removal could not be kept durably, or the rule stands in a place
   *     that only a person writes
   */
  boolean remove(String id) throws StoreException;

  /**
   * The rules that commands may change: what a person wrote by hand is left out.
   *
   * @return the rules in their order
   * @throws StoreException if they cannot be read
   */
  default List<RuleDefinition> kept() throws StoreException {
    List<RuleDefinition> all = new ArrayList<>();
    for (StoreUnit unit : read()) {
      if (!unit.errors().isEmpty()) {
        throw new StoreException(
            unit.errors().get(0).origin() + ": " + unit.errors().get(0).message(), null);
      }
      all.addAll(unit.rules());
    }
    return all;
  }

  /**
   * Puts other rules in the place of {@link #kept}. A store that writes them at once must override
   * this, so that a crash leaves the old rules or the new ones.
   *
   * @param rules the rules; their origin is ignored
   * @throws StoreException if they could not be kept durably, or an id stands in a place that only
   *     a person writes; of this implementation, part of them may then be kept
   */
  default void replaceKept(List<RuleDefinition> rules) throws StoreException {
    List<String> ids = rules.stream().map(RuleDefinition::id).toList();
    for (RuleDefinition rule : kept()) {
      if (!ids.contains(rule.id())) {
        remove(rule.id());
      }
    }
    for (RuleDefinition rule : rules) {
      put(rule);
    }
  }

  /** Stops watching; idempotent. */
  void close();
}
