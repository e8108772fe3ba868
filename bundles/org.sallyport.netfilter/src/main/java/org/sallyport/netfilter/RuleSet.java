// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Everything of ours in the kernel, or in some tables of it, for both families. Immutable and
 * checked: chains are named once, jumps lead to chains of the same table and never in a circle,
 * REJECT stands in filter only, and no mark is set on the way of mangle's OUTPUT, where the kernel
 * would route the packet again.
 *
 * @param tables what stands in which table; a table not named holds nothing of ours
 */
public record RuleSet(Map<Table, TableRules> tables) {

  /** Nothing of ours anywhere. */
  public static final RuleSet EMPTY = new RuleSet(Map.of());

  /** Copies and checks. */
  public RuleSet {
    EnumMap<Table, TableRules> copy = new EnumMap<>(Table.class);
    copy.putAll(tables);
    copy.forEach(TableCheck::check);
    tables = Collections.unmodifiableMap(copy);
  }

  /**
   * What stands in one table.
   *
   * @param table which
   * @return its chains and jumps; {@link TableRules#NONE} if the set does not name it
   */
  public TableRules table(Table table) {
    return tables.getOrDefault(table, TableRules.NONE);
  }
}
