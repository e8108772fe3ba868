// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.api.backend.KernelCounts;
import org.sallyport.backend.owneriptables.internal.section.RuleNames;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.frame.Frame;

/**
 * Counters of chains as counters of rules. Remembers the name of every rule it was told about, for
 * the last word on a chain comes when its rule is gone. Confined to the control thread.
 */
final class RuleCounts {

  private final Map<Chain, String> ruleIds = new HashMap<>();
  private final Map<String, KernelCount> gone = new HashMap<>();

  /** Learns which chain counts for which rule. */
  void learn(RuleNames names) {
    names.all().forEach((ruleId, chain) -> ruleIds.put(chain, ruleId));
  }

  /** Keeps the last words, which the kernel's side tells once, until somebody asks. */
  void keep(Frame.Counts counts) {
    counts.gone().forEach((chain, count) -> add(gone, chain, count));
  }

  /** What has been counted, by rule; the last words are told once. */
  KernelCounts of(Frame.Counts counts) {
    keep(counts);
    Map<String, KernelCount> standing = new HashMap<>();
    counts.standing().forEach((chain, count) -> add(standing, chain, count));
    KernelCounts told = new KernelCounts(standing, gone);
    gone.clear();
    return told;
  }

  private void add(Map<String, KernelCount> sums, Chain chain, KernelCount count) {
    ruleId(chain).ifPresent(id -> sums.merge(id, count, KernelCount::plus));
  }

  /**
   * The rule of a chain. One that an earlier daemon left is called as its rule, unless its name was
   * made up: whose it was is then known only if the rule is still there.
   */
  private Optional<String> ruleId(Chain chain) {
    if (!chain.name().startsWith(RuleNames.STEM)) {
      return Optional.empty();
    }
    String named = chain.name().substring(RuleNames.STEM.length()).toLowerCase(Locale.ROOT);
    return Optional.of(ruleIds.getOrDefault(chain, named));
  }
}
