// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.admin.PolicyRule;

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
}
