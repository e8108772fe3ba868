// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.List;
import java.util.Objects;

/**
 * A chain of ours and everything in it. One that differs from what stands in the kernel is replaced
 * whole.
 *
 * @param chain the name
 * @param rules in order; none makes an empty chain
 * @param counting whether its counters matter: as long as it stands as wanted it is left alone, and
 *     they go on. Its first rule is {@link Target.Count} without a test, by which it is known. One
 *     that is to change gets another name, or what it has counted since it was read last is lost
 */
public record ChainSpec(Chain chain, List<Rule> rules, boolean counting) {

  /** Copies the rules. */
  public ChainSpec {
    Objects.requireNonNull(chain, "chain");
    rules = List.copyOf(rules);
    if (counting && (rules.isEmpty() || !countsAll(rules.get(0)))) {
      throw new IllegalArgumentException(chain + " is to count, but does not begin with a count");
    }
  }

  private static boolean countsAll(Rule rule) {
    return rule.target() instanceof Target.Count
        && rule.matches().isEmpty()
        && rule.families().size() == Family.values().length;
  }

  /**
   * A chain whose counters do not matter.
   *
   * @param chain the name
   * @param rules in order; none makes an empty chain
   */
  public ChainSpec(Chain chain, List<Rule> rules) {
    this(chain, rules, false);
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
