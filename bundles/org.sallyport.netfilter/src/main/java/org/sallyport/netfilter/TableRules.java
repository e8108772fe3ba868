// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.List;

/**
 * Everything of ours in one table.
 *
 * @param chains our chains, each once
 * @param jumps the ways into them, each once
 */
public record TableRules(List<ChainSpec> chains, List<BaseJump> jumps) {

  /** A table without anything of ours. */
  public static final TableRules NONE = new TableRules(List.of(), List.of());

  /** Copies the lists; {@link RuleSet} checks what depends on the table. */
  public TableRules {
    chains = List.copyOf(chains);
    jumps = List.copyOf(jumps);
  }

  /**
   * The chains entered from one base chain.
   *
   * @param from the base chain
   * @return names in the order of their jumps
   */
  public List<Chain> jumpsFrom(BaseChain from) {
    return jumps.stream().filter(j -> j.from() == from).map(BaseJump::to).toList();
  }
}
