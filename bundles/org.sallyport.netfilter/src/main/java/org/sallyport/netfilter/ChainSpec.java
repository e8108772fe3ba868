// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.List;
import java.util.Objects;

/**
 * A chain of ours and everything in it; it is always replaced whole.
 *
 * @param chain the name
 * @param rules in order; none makes an empty chain
 */
public record ChainSpec(Chain chain, List<Rule> rules) {

  /** Copies the rules. */
  public ChainSpec {
    Objects.requireNonNull(chain, "chain");
    rules = List.copyOf(rules);
  }

  /**
   * What stands in one family.
   *
   * @param family which
   * @return the rules as {@code iptables-save} prints them, without {@code -A} and chain
   */
  public List<String> texts(Family family) {
    return rules.stream()
        .filter(rule -> rule.families().contains(family))
        .map(rule -> rule.text(family))
        .toList();
  }
}
