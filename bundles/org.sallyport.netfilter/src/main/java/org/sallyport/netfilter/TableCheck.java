// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold between the chains and jumps of one table before iptables is asked. */
final class TableCheck {

  private final Table table;
  private final Map<Chain, ChainSpec> chains = new LinkedHashMap<>();

  private TableCheck(Table table) {
    this.table = table;
  }

  static void check(Table table, TableRules rules) {
    TableCheck check = new TableCheck(table);
    for (ChainSpec spec : rules.chains()) {
      check.require(
          check.chains.put(spec.chain(), spec) == null, spec.chain() + " is described twice");
    }
    check.require(
        new HashSet<>(rules.jumps()).size() == rules.jumps().size(), "a jump is given twice");
    rules.chains().forEach(check::checkTargets);
    rules.chains().forEach(spec -> check.walk(spec.chain()));
    rules.jumps().forEach(check::checkJump);
  }

  private void checkTargets(ChainSpec spec) {
    for (Rule rule : spec.rules()) {
      require(
          table == Table.FILTER || !(rule.target() instanceof Target.Reject),
          spec.chain() + " uses REJECT, which only filter knows");
      if (rule.target() instanceof Target.JumpTo jump) {
        require(
            chains.containsKey(jump.chain()),
            spec.chain() + " jumps to " + jump.chain() + ", which is not described");
      }
    }
  }

  private void checkJump(BaseJump jump) {
    require(table.baseChains().contains(jump.from()), "there is no chain " + jump.from());
    require(chains.containsKey(jump.to()), jump.from() + " jumps to an unknown " + jump.to());
    if (table == Table.MANGLE && jump.from() == BaseChain.OUTPUT) {
      for (Chain reached : walk(jump.to())) {
        require(
            chains.get(reached).rules().stream().noneMatch(TableCheck::setsMark),
            reached + " sets a mark in OUTPUT, which would route the packet again");
      }
    }
  }

  private static boolean setsMark(Rule rule) {
    return rule.target() instanceof Target.SetMark || rule.target() instanceof Target.RestoreMark;
  }

  /** All chains reached from one, itself included; refuses a way back to it. */
  private Set<Chain> walk(Chain start) {
    Set<Chain> seen = new HashSet<>(Set.of(start));
    Deque<Chain> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      for (Rule rule : chains.get(open.pop()).rules()) {
        if (rule.target() instanceof Target.JumpTo jump) {
          require(!jump.chain().equals(start), start + " leads back to itself");
          if (seen.add(jump.chain())) {
            open.push(jump.chain());
          }
        }
      }
    }
    return seen;
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("table " + table.label() + ": " + what);
    }
  }
}
