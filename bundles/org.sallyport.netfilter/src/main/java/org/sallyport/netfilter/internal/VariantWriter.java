// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Variant;

/**
 * Writes rule sets through one variant of iptables. State: what the last reading showed, so that a
 * commit needs one process per table and family and one to read back; where a counting chain goes,
 * as many again. One thread: the control thread.
 */
final class VariantWriter {

  private static final Set<Kind> WORTH_READING_AGAIN =
      EnumSet.of(Kind.REFUSED, Kind.READ_BACK, Kind.LOCKED);

  private final VariantTables tables;
  private final KnownTables known = new KnownTables();
  private final Map<Chain, KernelCount> gone = new HashMap<>();

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
    change(order, (family, table) -> replace(rules.table(table), family, table));
    readBack(order);
    boolean haveCounted = leftovers(rules, order).anyMatch(Leftovers::areCounting);
    requireHeld(rules, order, Leftovers::withoutDeferred);
    if (haveCounted) { // off their way: their counters stand still, and were just read
      change(order, (family, table) -> deleteCounted(rules.table(table), family, table));
      readBack(order);
      requireHeld(rules, order, Leftovers::withoutHeld);
    }
  }

  private boolean replace(TableRules wanted, Family family, Table table) {
    Optional<String> text =
        CommitText.of(family, table, wanted, known.table(family, table), tables.protocols());
    text.ifPresent(lines -> tables.restore(family, lines));
    return text.isPresent();
  }

  /** Whatever fails here leaves the chains where they are, for the next commit to delete. */
  private boolean deleteCounted(TableRules wanted, Family family, Table table) {
    Leftovers left = Leftovers.of(wanted, known.table(family, table));
    Optional<String> text = CommitText.ofLeftovers(table, left);
    text.ifPresent(lines -> tables.restore(family, lines));
    left.counts().forEach((chain, count) -> gone.merge(chain, count, KernelCount::plus));
    return text.isPresent();
  }

  /** What deleted counting chains had counted; told once. */
  Map<Chain, KernelCount> takeGone() {
    Map<Chain, KernelCount> taken = Map.copyOf(gone);
    gone.clear();
    return taken;
  }

  /** Each step says whether there was anything to change. */
  private void change(List<Table> order, BiPredicate<Family, Table> step) {
    List<String> done = new ArrayList<>();
    try {
      for (Table table : order) {
        for (Family family : tables.families()) {
          if (step.test(family, table)) {
            done.add(family.label() + " " + table.label());
          }
        }
      }
    } catch (NetfilterException e) {
      known.forget(); // some tables have changed since
      throw done.isEmpty() ? e : partial(e, done);
    }
  }

  /** What was changed stays: each table is whole, old or new, and the old rules refuse too. */
  private static NetfilterException partial(NetfilterException cause, List<String> done) {
    return new NetfilterException(
        cause.kind(),
        cause.getMessage() + "; changed before that: " + String.join(", ", done),
        cause);
  }

  private void readBack(List<Table> order) {
    try {
      readTables(order);
    } catch (NetfilterException e) {
      known.forget();
      throw e;
    }
  }

  private void requireHeld(
      RuleSet rules, List<Table> order, Function<Leftovers, TableState> tolerating) {
    List<String> differences = new ArrayList<>();
    for (Family family : tables.families()) {
      for (Table table : order) {
        Leftovers left = Leftovers.of(rules.table(table), known.table(family, table));
        differences.addAll(differences(family, table, rules, tolerating.apply(left)));
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

  private Stream<Leftovers> leftovers(RuleSet rules, List<Table> order) {
    return tables.families().stream()
        .flatMap(
            family ->
                order.stream().map(t -> Leftovers.of(rules.table(t), known.table(family, t))));
  }

  /** The foreign rules that keep chains of ours in tables just written. */
  List<String> foreignHolders(RuleSet rules, List<Table> order) {
    List<String> holders = new ArrayList<>();
    for (Family family : tables.families()) {
      for (Table table : order) {
        Leftovers.of(rules.table(table), known.table(family, table))
            .holders()
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
