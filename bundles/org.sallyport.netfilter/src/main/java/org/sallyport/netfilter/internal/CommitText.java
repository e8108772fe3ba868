// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;

/**
 * The restore text that takes one table of one family from what it holds to what it should hold.
 * Declaring a chain empties it, so chains are replaced whole; the kernel takes the text as one
 * transaction. Counting chains that stand as wanted are not named: their counters go on.
 */
final class CommitText {

  private final Family family;
  private final Table table;
  private final TableRules wanted;
  private final Map<String, ChainState> current = new HashMap<>();
  private final ProtocolNames names;
  private final List<String> lines = new ArrayList<>();

  private CommitText(
      Family family, Table table, TableRules wanted, TableState current, ProtocolNames names) {
    this.family = family;
    this.table = table;
    this.wanted = wanted;
    this.names = names;
    current.chains().forEach(chain -> this.current.put(chain.name(), chain));
  }

  /**
   * The change; what counted and is no longer wanted is only taken off its way.
   *
   * @return the text, or empty if nothing of ours is there nor wanted
   */
  static Optional<String> of(
      Family family, Table table, TableRules wanted, TableState current, ProtocolNames names) {
    CommitText text = new CommitText(family, table, wanted, current, names);
    text.chains();
    text.jumps();
    text.lines.addAll(Leftovers.of(wanted, current).firstLines());
    return text(table, text.lines);
  }

  /**
   * The second change, where the first has left something.
   *
   * @return the text, or empty if nothing is left
   */
  static Optional<String> ofLeftovers(Table table, Leftovers left) {
    return text(table, left.lastLines());
  }

  private static Optional<String> text(Table table, List<String> lines) {
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of("*" + table.label() + "\n" + String.join("\n", lines) + "\nCOMMIT\n");
  }

  private void chains() {
    List<ChainSpec> written = wanted.chains().stream().filter(spec -> !goesOn(spec)).toList();
    written.forEach(spec -> lines.add(":" + spec.chain() + " - [0:0]"));
    for (ChainSpec spec : written) {
      spec.texts(family).forEach(rule -> lines.add(("-A " + spec.chain() + " " + rule).strip()));
    }
  }

  private boolean goesOn(ChainSpec spec) {
    ChainState stands = current.get(spec.chain().name());
    return spec.counting() && stands != null && Comparison.same(spec, family, stands, names);
  }

  private void jumps() {
    for (BaseChain base : table.baseChains()) {
      List<String> want = wanted.jumpsFrom(base).stream().map(c -> "-j " + c).toList();
      List<String> texts =
          Optional.ofNullable(current.get(base.name())).stream()
              .flatMap(chain -> chain.rules().stream())
              .map(RuleLine::text)
              .toList();
      List<String> have = texts.stream().filter(RuleWords::isPlainJump).toList();
      boolean atHead = texts.size() >= want.size() && texts.subList(0, want.size()).equals(want);
      if (!have.equals(want) || !atHead) {
        have.forEach(jump -> lines.add("-D " + base + " " + jump));
        for (int i = 0; i < want.size(); i++) {
          lines.add("-I " + base + " " + (i + 1) + " " + want.get(i));
        }
      }
    }
  }
}
