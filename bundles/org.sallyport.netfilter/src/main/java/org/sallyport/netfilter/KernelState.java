// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What iptables said about the kernel's tables at one moment: ours and everybody else's. Foreign
 * text is hostile: escape it before showing it.
 *
 * @param families per family and table name (also {@code nat}) what stands in it
 */
public record KernelState(Map<Family, Map<String, TableState>> families) {

  /** Copies the maps. */
  public KernelState {
    Map<Family, Map<String, TableState>> copy = new LinkedHashMap<>();
    families.forEach((family, tables) -> copy.put(family, Map.copyOf(tables)));
    families = Collections.unmodifiableMap(copy);
  }

  /**
   * One table.
   *
   * @param family its family
   * @param table which
   * @return its chains; none if the table was not there or not read
   */
  public TableState table(Family family, Table table) {
    return families.getOrDefault(family, Map.of()).getOrDefault(table.label(), TableState.EMPTY);
  }

  /**
   * A table's chains.
   *
   * @param chains in iptables' order
   */
  public record TableState(List<ChainState> chains) {

    /** A table that holds nothing. */
    public static final TableState EMPTY = new TableState(List.of());

    /** Copies the list. */
    public TableState {
      chains = List.copyOf(chains);
    }

    /**
     * Finds a chain.
     *
     * @param name base chain or user's chain
     * @return the chain, if it is there
     */
    public Optional<ChainState> chain(String name) {
      return chains.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /**
     * The chains of ours.
     *
     * @return those whose name {@link Chain#isOurs} accepts
     */
    public List<ChainState> ours() {
      return chains.stream().filter(c -> Chain.isOurs(c.name())).toList();
    }
  }

  /**
   * A chain and its rules.
   *
   * @param name any name
   * @param policy {@code ACCEPT} or {@code DROP} of a base chain; empty for a user's chain
   * @param rules in order
   */
  public record ChainState(String name, Optional<String> policy, List<RuleLine> rules) {
    /** Copies the list. */
    public ChainState {
      rules = List.copyOf(rules);
    }
  }

  /**
   * One rule.
   *
   * @param text as printed, without {@code -A} and chain
   * @param packets that matched since the rule was written
   * @param bytes of these packets, IP headers included
   */
  public record RuleLine(String text, long packets, long bytes) {}
}
