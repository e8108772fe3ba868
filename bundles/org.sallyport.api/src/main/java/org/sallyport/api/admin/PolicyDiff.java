// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.Objects;

/**
 * What differs between two policies. A rule that changed is both removed and added.
 *
 * @param removed the rules that only the first has
 * @param added the rules that only the second has
 * @param settings the settings that differ
 */
public record PolicyDiff(List<PolicyRule> removed, List<PolicyRule> added, List<Setting> settings) {

  /** Copies the lists. */
  public PolicyDiff {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
    settings = List.copyOf(settings);
  }

  /**
   * A setting that differs.
   *
   * @param key its name, for example {@code default.out}
   * @param from its value in the first
   * @param to its value in the second
   */
  public record Setting(String key, String from, String to) {

    /** Refuses null. */
    public Setting {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(to, "to");
    }
  }

  /**
   * Whether both are the same.
   *
   * @return true if nothing differs
   */
  public boolean isEmpty() {
    return removed.isEmpty() && added.isEmpty() && settings.isEmpty();
  }
}
