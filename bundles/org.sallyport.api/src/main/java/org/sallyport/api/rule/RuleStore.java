// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

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

  /** Stops watching; idempotent. */
  void close();
}
