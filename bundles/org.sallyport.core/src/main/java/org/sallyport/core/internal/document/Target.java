// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.core.internal.policy.PolicyMaker;

/**
 * What commands have set and added, as it is to be on disk.
 *
 * @param overrides all settings that commands have set
 * @param stores for each store that changes, all rules that commands have put there
 * @param lodged the ids of the lasting rules that live in a store other than the files
 */
public record Target(
    Map<String, String> overrides, Map<String, List<PolicyRule>> stores, List<String> lodged) {

  /** Copies the collections. */
  public Target {
    overrides = Map.copyOf(overrides);
    Map<String, List<PolicyRule>> copy = new TreeMap<>();
    stores.forEach((name, rules) -> copy.put(name, List.copyOf(rules)));
    stores = Map.copyOf(copy);
    lodged = List.copyOf(lodged);
  }

  /**
   * The part that outlives the daemon. A rule until restart or exit ends with it, as does whatever
   * lies in memory and is not the console's own: a start that finishes this change must not bring
   * back what ended when its daemon was killed.
   */
  Target lasting() {
    Map<String, List<PolicyRule>> left = new TreeMap<>();
    stores.forEach(
        (name, rules) -> {
          boolean memory = name.equals(PolicyMaker.MEMORY);
          List<PolicyRule> kept =
              rules.stream()
                  .filter(rule -> !DaemonsLife.binds(rule.text()))
                  .filter(rule -> !memory || lodged.contains(rule.id()))
                  .toList();
          if (!memory || !kept.isEmpty()) {
            left.put(name, kept);
          }
        });
    return new Target(overrides, left, lodged);
  }

  /**
   * The same for a store that holds more by now, which stays.
   *
   * @param storeName the store
   * @param present the rules it holds
   * @return this, if it does not change that store
   */
  public Target besides(String storeName, List<PolicyRule> present) {
    if (!stores.containsKey(storeName)) {
      return this;
    }
    List<String> own = stores.get(storeName).stream().map(PolicyRule::id).toList();
    List<PolicyRule> all = new ArrayList<>(present);
    all.removeIf(rule -> own.contains(rule.id()));
    all.addAll(stores.get(storeName));
    Map<String, List<PolicyRule>> changed = new TreeMap<>(stores);
    changed.put(storeName, all);
    return new Target(overrides, changed, lodged);
  }
}
