// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.sallyport.api.admin.PolicyRule;

/**
 * A policy as somebody wrote it: what it does not name stays as it is.
 *
 * @param settings the settings it names, under their flat keys
 * @param rules the rules, if it names any list of them
 */
public record PolicyDraft(Map<String, String> settings, Optional<List<Placed>> rules) {

  /** Copies the collections. */
  public PolicyDraft {
    settings = Map.copyOf(settings);
    rules = rules.map(List::copyOf);
  }

  /**
   * A rule and where it stands.
   *
   * @param rule the rule
   * @param line the line of its text, from 1
   * @param column the column where its text begins, from 1
   */
  public record Placed(PolicyRule rule, int line, int column) {

    /** Refuses null. */
    public Placed {
      Objects.requireNonNull(rule, "rule");
    }
  }

  /**
   * The whole policy.
   *
   * @param base what holds where this says nothing
   * @return the policy
   */
  public PolicyDocument over(PolicyDocument base) {
    Map<String, String> all = new TreeMap<>(base.settings());
    all.putAll(settings);
    return new PolicyDocument(
        all, rules.map(list -> list.stream().map(Placed::rule).toList()).orElse(base.rules()));
  }
}
