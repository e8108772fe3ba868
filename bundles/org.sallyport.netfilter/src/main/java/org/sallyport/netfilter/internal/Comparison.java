// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final TableState actual;
  private final ProtocolNames names;
  private final List<String> differences = new ArrayList<>();

  private Comparison(Family family, Table table, TableState actual, ProtocolNames names) {
    this.names = names;
    this.where = family.label() + " " + table.label() + ": ";
    this.family = family;
    this.actual = actual;
  }

  static List<String> differences(
      Family family, Table table, TableRules wanted, TableState actual, ProtocolNames names) {
    Comparison comparison = new Comparison(family, table, actual, names);
    wanted.chains().forEach(comparison::chain);
    comparison.strays(wanted);
    for (BaseChain base : table.baseChains()) {
      comparison.jumps(base, wanted.jumpsFrom(base).stream().map(c -> "-j " + c).toList());
    }
    return List.copyOf(comparison.differences);
  }

  private void chain(ChainSpec spec) {
    Optional<ChainState> found = actual.chain(spec.chain().name());
    if (found.isEmpty()) {
      say("chain " + spec.chain() + " is missing");
      return;
    }
    List<String> want = spec.texts(family);
    List<String> have = texts(found.get());
    if (want.size() != have.size()) {
      say("chain " + spec.chain() + " has " + have.size() + " rules, not " + want.size());
    }
    for (int i = 0; i < Math.max(want.size(), have.size()); i++) {
      String expected = i < want.size() ? want.get(i) : "nothing";
      String stands = i < have.size() ? have.get(i) : "nothing";
      if (!RuleWords.same(expected, stands, names)) {
        say(
            "rule "
                + (i + 1)
                + " of "
                + spec.chain()
                + " should be '"
                + expected
                + "' but is '"
                + stands
                + "'");
        return; // what follows is shifted, and says nothing new
      }
    }
  }

  private void strays(TableRules wanted) {
    CommitText.stale(wanted, actual).forEach(name -> say("chain " + name + " should not be there"));
  }

  private void jumps(BaseChain base, List<String> want) {
    List<String> have = actual.chain(base.name()).map(Comparison::texts).orElse(List.of());
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
