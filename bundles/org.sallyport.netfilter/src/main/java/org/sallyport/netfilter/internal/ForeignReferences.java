// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.KernelState.TableState;

/**
 * Rules of others that lead into chains of ours, by {@code -j} or {@code -g}. They are not ours to
 * delete, and the kernel keeps a chain that is led into: such a chain is emptied and stays.
 */
final class ForeignReferences {

  private final Map<String, List<String>> holders = new HashMap<>();

  private ForeignReferences() {}

  /** Looks through all rules of a table once. */
  static ForeignReferences in(TableState state) {
    ForeignReferences found = new ForeignReferences();
    for (ChainState holder : state.chains()) {
      if (!Chain.isOurs(holder.name())) {
        holder.rules().stream()
            .filter(rule -> !isOurs(holder, rule))
            .forEach(rule -> found.add(holder, rule));
      }
    }
    return found;
  }

  private void add(ChainState holder, RuleLine rule) {
    target(rule)
        .filter(Chain::isOurs)
        .ifPresent(
            chain ->
                holders
                    .computeIfAbsent(chain, key -> new ArrayList<>())
                    .add(holder.name() + ": " + rule.text()));
  }

  /** The rules that lead into one chain, as {@code chain: rule}. */
  List<String> to(String chain) {
    return holders.getOrDefault(chain, List.of());
  }

  /** Ours is a jump without conditions in a base chain; in a user's chain it is the user's. */
  static boolean isOurs(ChainState holder, RuleLine rule) {
    return holder.policy().isPresent() && RuleWords.isPlainJump(rule.text());
  }

  private static Optional<String> target(RuleLine rule) {
    List<String> words = RuleWords.split(rule.text());
    int target = Math.max(words.lastIndexOf("-j"), words.lastIndexOf("-g"));
    return target >= 0 && target + 1 < words.size()
        ? Optional.of(words.get(target + 1))
        : Optional.empty();
  }
}
