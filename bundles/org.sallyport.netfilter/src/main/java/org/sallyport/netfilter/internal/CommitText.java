// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
 * transaction.
 */
final class CommitText {

  private final Family family;
  private final Table table;
  private final TableRules wanted;
  private final TableState current;
  private final List<String> lines = new ArrayList<>();

  private CommitText(Family family, Table table, TableRules wanted, TableState current) {
    this.family = family;
    this.table = table;
    this.wanted = wanted;
    this.current = current;
  }

  /**
   * The change.
   *
   * @return the text, or empty if nothing of ours is there nor wanted
   */
  static Optional<String> of(Family family, Table table, TableRules wanted, TableState current) {
    CommitText text = new CommitText(family, table, wanted, current);
    text.chains();
    text.jumps();
    text.staleChains();
    if (text.lines.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of("*" + table.label() + "\n" + String.join("\n", text.lines) + "\nCOMMIT\n");
  }

  private void chains() {
    wanted.chains().forEach(spec -> lines.add(":" + spec.chain() + " - [0:0]"));
    for (ChainSpec spec : wanted.chains()) {
      spec.texts(family).forEach(rule -> lines.add("-A " + spec.chain() + " " + rule));
    }
  }

  private void jumps() {
    for (BaseChain base : table.baseChains()) {
      List<String> want = wanted.jumpsFrom(base).stream().map(c -> "-j " + c).toList();
      List<String> texts =
          current.chain(base.name()).stream()
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

  private void staleChains() {
    List<String> stale = stale(wanted, current);
    stale.forEach(name -> lines.add("-F " + name));
    stale.stream()
        .filter(name -> ForeignReferences.to(name, current).isEmpty())
        .forEach(name -> lines.add("-X " + name));
  }

  /** Chains of ours that are there and should not be. */
  static List<String> stale(TableRules wanted, TableState current) {
    Set<String> kept =
        wanted.chains().stream().map(spec -> spec.chain().name()).collect(Collectors.toSet());
    return current.ours().stream().map(ChainState::name).filter(n -> !kept.contains(n)).toList();
  }
}
