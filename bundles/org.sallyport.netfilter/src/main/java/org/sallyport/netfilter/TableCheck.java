// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    for (Family family : Family.values()) {
      check.checkLoops(family);
    }
    rules.jumps().forEach(check::checkJump);
  }

  private void checkTargets(ChainSpec spec) {
    for (Rule rule : spec.rules()) {
      require(
          table == Table.FILTER || !(rule.target() instanceof Target.Reject),
          spec.chain() + " uses REJECT, which only filter knows");
      led(rule)
          .ifPresent(
              to ->
                  require(
                      chains.containsKey(to),
                      spec.chain() + " leads to " + to + ", which is not described"));
    }
  }

  /** The chain a rule leads to, whether it comes back or not. */
  private static Optional<Chain> led(Rule rule) {
    if (rule.target() instanceof Target.JumpTo jump) {
      return Optional.of(jump.chain());
    }
    return rule.target() instanceof Target.GoTo go ? Optional.of(go.chain()) : Optional.empty();
  }

  private Iterator<Chain> ledFrom(Chain chain, Family family) {
    return chains.get(chain).rules().stream()
        .filter(rule -> rule.families().contains(family))
        .flatMap(rule -> led(rule).stream())
        .iterator();
  }

  private void checkJump(BaseJump jump) {
    require(table.baseChains().contains(jump.from()), "there is no chain " + jump.from());
    require(chains.containsKey(jump.to()), jump.from() + " jumps to an unknown " + jump.to());
    if (table == Table.MANGLE && jump.from() == BaseChain.OUTPUT) {
      for (Chain reached : reached(jump.to())) {
        require(
            chains.get(reached).rules().stream().noneMatch(TableCheck::setsMark),
            reached + " sets a mark in OUTPUT, which would route the packet again");
      }
    }
  }

  private static boolean setsMark(Rule rule) {
    return rule.target() instanceof Target.SetMark || rule.target() instanceof Target.RestoreMark;
  }

  /**
   * Refuses a way that leads back to where it began; the families' ways never meet. Each chain is
   * looked at once, however many ways lead to it: there may be thousands.
   */
  private void checkLoops(Family family) {
    Set<Chain> done = new HashSet<>();
    for (Chain start : chains.keySet()) {
      Map<Chain, Iterator<Chain>> way = new LinkedHashMap<>();
      Deque<Chain> steps = new ArrayDeque<>();
      if (!done.contains(start)) {
        enter(start, ledFrom(start, family), way, steps);
      }
      while (!steps.isEmpty()) {
        Iterator<Chain> next = way.get(steps.peek());
        if (!next.hasNext()) {
          way.remove(steps.peek());
          done.add(steps.pop());
          continue;
        }
        Chain chain = next.next();
        require(!way.containsKey(chain), chain + " leads back to itself");
        if (!done.contains(chain)) {
          enter(chain, ledFrom(chain, family), way, steps);
        }
      }
    }
  }

  private static void enter(
      Chain chain, Iterator<Chain> led, Map<Chain, Iterator<Chain>> way, Deque<Chain> steps) {
    way.put(chain, led);
    steps.push(chain);
  }

  /** All chains reached from one, itself included. */
  private Set<Chain> reached(Chain start) {
    Set<Chain> seen = new HashSet<>(Set.of(start));
    Deque<Chain> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      for (Rule rule : chains.get(open.pop()).rules()) {
        led(rule).filter(seen::add).ifPresent(open::push);
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
