// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.KernelState.TableState;

/**
 * Rules of others that lead into chains of ours. They are not ours to delete, and the kernel keeps
 * a chain that is led into: such a chain is emptied and stays.
 */
final class ForeignReferences {

  private ForeignReferences() {}

  /** The rules that lead into one chain, as {@code chain: rule}. */
  static List<String> to(String chain, TableState state) {
    List<String> found = new ArrayList<>();
    for (ChainState holder : state.chains()) {
      if (!Chain.isOurs(holder.name())) {
        holder.rules().stream()
            .filter(rule -> !isOurs(holder, rule) && leadsTo(rule, chain))
            .forEach(rule -> found.add(holder.name() + ": " + rule.text()));
      }
    }
    return found;
  }

  /**
   * The table without our chains that are empty and only stay because a foreign rule holds them.
   */
  static TableState withoutHeld(TableState state, List<String> unwanted) {
    return new TableState(
        state.chains().stream()
            .filter(
                chain ->
                    !unwanted.contains(chain.name())
                        || !chain.rules().isEmpty()
                        || to(chain.name(), state).isEmpty())
            .toList());
  }

  /** Ours is a jump without conditions in a base chain; in a user's chain it is the user's. */
  static boolean isOurs(ChainState holder, RuleLine rule) {
    return holder.policy().isPresent() && RuleWords.isPlainJump(rule.text());
  }

  private static boolean leadsTo(RuleLine rule, String chain) {
    List<String> words = RuleWords.split(rule.text());
    int target = Math.max(words.lastIndexOf("-j"), words.lastIndexOf("-g"));
    return target >= 0 && target + 1 < words.size() && words.get(target + 1).equals(chain);
  }
}
