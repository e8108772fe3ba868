// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;

/**
 * Writes rule sets through one variant of iptables. State: what the last reading showed, so that a
 * commit needs one process per table and family and one to read back. One thread: the control
 * thread.
 */
final class VariantWriter {

  private static final Set<Kind> WORTH_READING_AGAIN =
      EnumSet.of(Kind.REFUSED, Kind.READ_BACK, Kind.LOCKED);

  private final VariantTables tables;
  private final KnownTables known = new KnownTables();

  VariantWriter(VariantTables tables) {
    this.tables = tables;
  }

  Variant variant() {
    return tables.variant();
  }

  /** All tables of all families. */
  KernelState read() {
    return readTables(List.of(Table.values()));
  }

  void forget() {
    known.forget();
  }

  /** Makes the named tables hold exactly these chains of ours, and reads them back. */
  void write(RuleSet rules, List<Table> order) {
    tables.requireInstalled(); // for both families, before the first of them changes
    if (!known.covers(tables.families(), order) || !attemptOnKnown(rules, order)) {
      readTables(order);
      attempt(rules, order);
    }
  }

  /** False if the tables are not what they were when we looked: then look again, once. */
  private boolean attemptOnKnown(RuleSet rules, List<Table> order) {
    try {
      attempt(rules, order);
      return true;
    } catch (NetfilterException e) {
      if (WORTH_READING_AGAIN.contains(e.kind())) {
        return false;
      }
      throw e;
    }
  }

  private void attempt(RuleSet rules, List<Table> order) {
    List<String> done = new ArrayList<>();
    try {
      restoreAll(rules, order, done);
    } catch (NetfilterException e) {
      known.forget(); // some tables have changed since
      throw done.isEmpty() ? e : partial(e, done);
    }
    requireHeld(rules, order);
  }

  private void restoreAll(RuleSet rules, List<Table> order, List<String> done) {
    for (Table table : order) {
      for (Family family : tables.families()) {
        Optional<String> text =
            CommitText.of(family, table, rules.table(table), known.table(family, table));
        if (text.isPresent()) {
          tables.restore(family, text.get());
          done.add(family.label() + " " + table.label());
        }
      }
    }
  }

  /** What was changed stays: each table is whole, old or new, and the old rules refuse too. */
  private static NetfilterException partial(NetfilterException cause, List<String> done) {
    return new NetfilterException(
        cause.kind(),
        cause.getMessage() + "; changed before that: " + String.join(", ", done),
        cause);
  }

  private void requireHeld(RuleSet rules, List<Table> order) {
    try {
      readTables(order);
    } catch (NetfilterException e) {
      known.forget();
      throw e;
    }
    List<String> differences = new ArrayList<>();
    for (Family family : tables.families()) {
      for (Table table : order) {
        TableState now = known.table(family, table);
        List<String> unwanted = CommitText.stale(rules.table(table), now);
        TableState judged = ForeignReferences.withoutHeld(now, unwanted);
        differences.addAll(differences(family, table, rules, judged));
      }
    }
    if (!differences.isEmpty()) {
      known.forget();
      throw new NetfilterException(
          Kind.READ_BACK,
          "the kernel does not hold what was written: "
              + ToolErrors.show(String.join("; ", differences))
              + "; another program changes the same tables, find it");
    }
  }

  /** The foreign rules that keep chains of ours in tables just written. */
  List<String> foreignHolders(RuleSet rules, List<Table> order) {
    List<String> holders = new ArrayList<>();
    for (Family family : tables.families()) {
      for (Table table : order) {
        TableState now = known.table(family, table);
        CommitText.stale(rules.table(table), now).stream()
            .flatMap(name -> ForeignReferences.to(name, now).stream())
            .forEach(rule -> holders.add(family.label() + " " + table.label() + " " + rule));
      }
    }
    return holders;
  }

  /** How all tables read at one moment differ from a rule set. */
  List<String> differences(RuleSet rules, KernelState state) {
    List<String> differences = new ArrayList<>();
    for (Family family : tables.families()) {
      for (Table table : Table.values()) {
        differences.addAll(differences(family, table, rules, state.table(family, table)));
      }
    }
    return differences;
  }

  private List<String> differences(Family family, Table table, RuleSet rules, TableState state) {
    return Comparison.differences(family, table, rules.table(table), state, tables.protocols());
  }

  private KernelState readTables(List<Table> wanted) {
    Optional<Table> only = wanted.size() == 1 ? Optional.of(wanted.get(0)) : Optional.empty();
    KernelState state = tables.read(only);
    known.learn(state, wanted);
    return state;
  }
}
