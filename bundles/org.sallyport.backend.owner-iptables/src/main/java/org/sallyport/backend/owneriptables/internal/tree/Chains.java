// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sallyport.backend.owneriptables.internal.atom.TooManyAtomsException;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;

/** Chains of one family while they are written, their names in a row. Confined to one thread. */
public final class Chains {

  /** The most rules there may be: many values left out of many rules multiply. */
  public static final int MAX_RULES = 100_000;

  private static final int RADIX = 36;

  private final String stem;
  private final Map<Chain, List<Rule>> chains = new LinkedHashMap<>();
  private int rules;

  /**
   * No chain yet.
   *
   * @param stem the name of the first, with which all others begin
   */
  public Chains(String stem) {
    this.stem = stem;
  }

  /**
   * Opens an empty chain, its name the next in order.
   *
   * @return the chain
   */
  public Chain open() {
    int number = chains.size();
    String suffix = number == 0 ? "" : Integer.toString(number, RADIX).toUpperCase(Locale.ROOT);
    Chain chain = new Chain(stem + suffix);
    chains.put(chain, new ArrayList<>());
    return chain;
  }

  /**
   * Adds a rule.
   *
   * @param chain an open one
   * @param rule stands behind what the chain holds
   * @throws TooManyAtomsException beyond {@link #MAX_RULES}
   */
  public void add(Chain chain, Rule rule) {
    if (++rules > MAX_RULES) {
      throw new TooManyAtomsException(MAX_RULES);
    }
    chains.get(chain).add(rule);
  }

  /**
   * How many chains a packet can be led through, one from the other; those of others not counted.
   *
   * @return at least 1 once a chain is open
   */
  public int longestWay() {
    Map<Chain, Integer> known = new HashMap<>();
    chains.keySet().forEach(chain -> wayFrom(chain, known));
    return known.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private int wayFrom(Chain chain, Map<Chain, Integer> known) {
    Integer found = known.get(chain);
    if (found != null) {
      return found;
    }
    int behind = 0;
    for (Rule rule : chains.get(chain)) {
      if (rule.target() instanceof Target.GoTo next && chains.containsKey(next.chain())) {
        behind = Math.max(behind, wayFrom(next.chain(), known));
      }
    }
    known.put(chain, behind + 1);
    return behind + 1;
  }

  /**
   * What was written.
   *
   * @return the rules of each chain, the first chain first
   */
  public Map<Chain, List<Rule>> all() {
    return chains;
  }
}
