// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;

/**
 * The part of a policy that commands make: settings, and the rules they added.
 *
 * @param settings the text of each setting of the policy, under its flat key
 * @param rules the rules; their order here means nothing
 */
public record PolicyDocument(Map<String, String> settings, List<PolicyRule> rules) {

  /** The keys of a policy's settings start with one of these. */
  private static final List<String> SETTINGS = List.of("mode", "default.", "fail.", "loopback");

  /** Copies the collections. */
  public PolicyDocument {
    settings = Map.copyOf(settings);
    rules = List.copyOf(rules);
    for (String key : settings.keySet()) {
      if (SETTINGS.stream().noneMatch(key::startsWith)) {
        throw new IllegalArgumentException(key + " is no setting of a policy");
      }
    }
  }

  /**
   * What differs.
   *
   * @param later another policy
   * @return how to get from this one to that
   */
  public PolicyDiff diff(PolicyDocument later) {
    List<PolicyRule> removed = new ArrayList<>(rules);
    removed.removeAll(later.rules);
    List<PolicyRule> added = new ArrayList<>(later.rules);
    added.removeAll(rules);
    List<PolicyDiff.Setting> changed = new ArrayList<>();
    new TreeMap<>(later.settings)
        .forEach(
            (key, to) -> {
              String from = settings.getOrDefault(key, "");
              if (!from.equals(to)) {
                changed.add(new PolicyDiff.Setting(key, from, to));
              }
            });
    return new PolicyDiff(removed, added, changed);
  }
}
