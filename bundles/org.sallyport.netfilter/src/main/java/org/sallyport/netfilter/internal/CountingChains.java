// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.KernelState.TableState;

/**
 * Chains of ours whose counters matter, known by what they are and not by what was committed, so
 * that those of an earlier daemon are known too: the first rule only counts.
 */
public final class CountingChains {

  private CountingChains() {}

  /** Whether the first rule is there and has no target. */
  static boolean isCounting(ChainState chain) {
    if (!Chain.isOurs(chain.name()) || chain.rules().isEmpty()) {
      return false;
    }
    List<String> words = RuleWords.split(chain.rules().get(0).text());
    return !words.contains("-j") && !words.contains("-g");
  }

  /** What the first rule has counted. */
  static KernelCount count(ChainState chain) {
    RuleLine first = chain.rules().get(0);
    return new KernelCount(first.packets(), first.bytes());
  }

  /**
   * What all of them have counted.
   *
   * @param state what stands in the kernel
   * @return by chain, both families together
   */
  public static Map<Chain, KernelCount> in(KernelState state) {
    Map<Chain, KernelCount> counts = new TreeMap<>();
    for (Map<String, TableState> tables : state.families().values()) {
      for (TableState table : tables.values()) {
        table.ours().stream()
            .filter(CountingChains::isCounting)
            .forEach(c -> counts.merge(new Chain(c.name()), count(c), KernelCount::plus));
      }
    }
    return counts;
  }
}
