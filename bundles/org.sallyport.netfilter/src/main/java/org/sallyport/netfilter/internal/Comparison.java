// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;

/** Says in words how one table of one family differs from what should stand in it. */
final class Comparison {

  private final String where;
  private final Family family;
  private final Map<String, ChainState> actual = new HashMap<>();
  private final ProtocolNames names;
  private final List<String> differences = new ArrayList<>();

  private Comparison(Family family, Table table, TableState actual, ProtocolNames names) {
    this.names = names;
    this.where = family.label() + " " + table.label() + ": ";
    this.family = family;
    actual.chains().forEach(chain -> this.actual.put(chain.name(), chain));
  }

  static List<String> differences(
      Family family, Table table, TableRules wanted, TableState actual, ProtocolNames names) {
    Comparison comparison = new Comparison(family, table, actual, names);
    wanted.chains().forEach(comparison::chain);
    Leftovers.of(wanted, actual)
        .names()
        .forEach(name -> comparison.say("chain " + name + " should not be there"));
    for (BaseChain base : table.baseChains()) {
      comparison.jumps(base, wanted.jumpsFrom(base).stream().map(c -> "-j " + c).toList());
    }
    return List.copyOf(comparison.differences);
  }

  private void chain(ChainSpec spec) {
    ChainState found = actual.get(spec.chain().name());
    if (found == null) {
      say("chain " + spec.chain() + " is missing");
      return;
    }
    List<String> want = spec.texts(family);
    List<String> have = texts(found);
    if (want.size() != have.size()) {
      say("chain " + spec.chain() + " has " + have.size() + " rules, not " + want.size());
    }
    OptionalInt first = firstDifference(want, have, names);
    if (first.isPresent()) { // what follows is shifted, and says nothing new
      int i = first.getAsInt();
      String rule = "rule " + (i + 1) + " of " + spec.chain();
      say(rule + " should be '" + at(want, i) + "' but is '" + at(have, i) + "'");
    }
  }

  /** Whether a chain stands as wanted. */
  static boolean same(ChainSpec spec, Family family, ChainState chain, ProtocolNames names) {
    return firstDifference(spec.texts(family), texts(chain), names).isEmpty();
  }

  private static OptionalInt firstDifference(
      List<String> want, List<String> have, ProtocolNames names) {
    int common = Math.min(want.size(), have.size());
    for (int i = 0; i < common; i++) {
      if (!RuleWords.same(want.get(i), have.get(i), names)) {
        return OptionalInt.of(i);
      }
    }
    return want.size() == have.size() ? OptionalInt.empty() : OptionalInt.of(common);
  }

  private static String at(List<String> rules, int index) {
    return index < rules.size() ? rules.get(index) : "nothing";
  }

  private void jumps(BaseChain base, List<String> want) {
    ChainState found = actual.get(base.name());
    List<String> have = found == null ? List.of() : texts(found);
    List<String> ours = have.stream().filter(RuleWords::isPlainJump).toList();
    if (!ours.equals(want)) {
      say(base + " should lead to " + list(want) + " but leads to " + list(ours));
    } else if (!have.subList(0, want.size()).equals(want)) {
      int foreign = 0;
      while (have.get(foreign).equals(want.get(foreign))) {
        foreign++;
      }
      say("in " + base + " '" + have.get(foreign) + "' stands before '" + want.get(foreign) + "'");
    }
  }

  private static String list(List<String> jumps) {
    return jumps.isEmpty()
        ? "no chain of ours"
        : String.join(", then ", jumps.stream().map(jump -> jump.substring(3)).toList());
  }

  private static List<String> texts(ChainState chain) {
    return chain.rules().stream().map(RuleLine::text).toList();
  }

  private void say(String difference) {
    differences.add(where + ToolErrors.show(difference));
  }
}
