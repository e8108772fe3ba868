// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.JournalEntry;
import org.sallyport.netfilter.JournalEntry.Operation;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Verification;

/**
 * Writes rule sets through iptables-nft. State: what the last reading showed, so that a commit
 * needs one process per table and family and one to read back. One thread: the control thread.
 */
public final class IptablesNetfilter implements Netfilter {

  /** Gate first, so that nothing is refused by a gate whose proofs are no longer given. */
  private static final List<Table> REMOVAL_ORDER =
      List.of(Table.MANGLE, Table.SECURITY, Table.FILTER, Table.RAW);

  private static final Set<Kind> WORTH_READING_AGAIN =
      EnumSet.of(Kind.REFUSED, Kind.READ_BACK, Kind.LOCKED);

  private final Iptables iptables;
  private final Path proc;
  private final Journal journal;
  private final Clock clock;
  private final KnownTables known = new KnownTables();

  IptablesNetfilter(Iptables iptables, Path proc, Journal journal, Clock clock) {
    this.iptables = iptables;
    this.proc = proc;
    this.journal = journal;
    this.clock = clock;
  }

  @Override
  public Set<Family> families() {
    return Files.isDirectory(proc.resolve("sys/net/ipv6"))
        ? EnumSet.allOf(Family.class)
        : EnumSet.of(Family.IPV4);
  }

  @Override
  public void commit(RuleSet rules, List<Table> order) {
    run(Operation.COMMIT, rules, order);
  }

  @Override
  public void remove() {
    known.forget();
    run(Operation.REMOVE, RuleSet.EMPTY, REMOVAL_ORDER);
  }

  @Override
  public KernelState read() {
    return readTables(List.of(Table.values()));
  }

  @Override
  public Verification verify(RuleSet rules) {
    return compare(rules, List.of(Table.values()), read());
  }

  @Override
  public Optional<JournalEntry> unfinished() {
    return journal.unfinished();
  }

  @Override
  public List<MarkConflict> markConflicts(long mask) {
    MarkScan scan = new MarkScan(mask);
    KernelState state = read();
    for (Family family : families()) {
      scan.routing(family, iptables.routingRules(family));
      scan.rules(MarkConflict.Kind.RULE, family, state.families().get(family));
      if (legacyInUse(family)) {
        iptables
            .legacySave(family)
            .map(SaveParser::parse)
            .ifPresent(tables -> scan.rules(MarkConflict.Kind.LEGACY_RULE, family, tables));
      }
    }
    return scan.conflicts();
  }

  private void run(Operation operation, RuleSet rules, List<Table> order) {
    if (new HashSet<>(order).size() != order.size()) {
      throw new IllegalArgumentException("a table is named twice in " + order);
    }
    journal.begin(new JournalEntry(operation, clock.instant(), order));
    if (!known.covers(families(), order) || !attemptOnKnown(rules, order)) {
      readTables(order);
      attempt(rules, order);
    }
    journal.clear();
    reportForeignReferences(rules, order);
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
    try {
      for (Table table : order) {
        for (Family family : families()) {
          CommitText.of(family, table, rules.table(table), known.table(family, table))
              .ifPresent(text -> iptables.restore(family, text));
        }
      }
      requireHeld(rules, order);
    } catch (NetfilterException e) {
      known.forget(); // some tables have changed since
      throw e;
    }
  }

  private void requireHeld(RuleSet rules, List<Table> order) {
    readTables(order);
    List<String> differences = new ArrayList<>();
    for (Family family : families()) {
      for (Table table : order) {
        TableState now = known.table(family, table);
        List<String> unwanted = CommitText.stale(rules.table(table), now);
        TableState judged = ForeignReferences.withoutHeld(now, unwanted);
        differences.addAll(
            Comparison.differences(
                family, table, rules.table(table), judged, iptables.protocols()));
      }
    }
    if (!differences.isEmpty()) {
      throw new NetfilterException(
          Kind.READ_BACK,
          "the kernel does not hold what was written: "
              + ToolErrors.show(String.join("; ", differences))
              + "; another program changes the same tables, find it");
    }
  }

  private void reportForeignReferences(RuleSet rules, List<Table> order) {
    List<String> holders = new ArrayList<>();
    for (Family family : families()) {
      for (Table table : order) {
        TableState now = known.table(family, table);
        CommitText.stale(rules.table(table), now).stream()
            .flatMap(name -> ForeignReferences.to(name, now).stream())
            .forEach(rule -> holders.add(family.label() + " " + table.label() + " " + rule));
      }
    }
    if (!holders.isEmpty()) {
      throw new NetfilterException(
          Kind.FOREIGN_REFERENCE,
          "a chain of ours was emptied but stays, because a foreign rule leads into it: '"
              + ToolErrors.show(String.join("', '", holders))
              + "'; delete that rule and repeat");
    }
  }

  private Verification compare(RuleSet rules, List<Table> tables, KernelState state) {
    List<String> differences = new ArrayList<>();
    for (Family family : families()) {
      for (Table table : tables) {
        differences.addAll(
            Comparison.differences(
                family,
                table,
                rules.table(table),
                state.table(family, table),
                iptables.protocols()));
      }
    }
    return new Verification(differences);
  }

  private KernelState readTables(List<Table> tables) {
    Optional<Table> only = tables.size() == 1 ? Optional.of(tables.get(0)) : Optional.empty();
    Map<Family, Map<String, TableState>> state = new EnumMap<>(Family.class);
    for (Family family : families()) {
      state.put(family, SaveParser.parse(iptables.save(family, only)));
    }
    KernelState read = new KernelState(state);
    known.learn(read, tables);
    return read;
  }

  private boolean legacyInUse(Family family) {
    Path names =
        proc.resolve(family == Family.IPV4 ? "net/ip_tables_names" : "net/ip6_tables_names");
    try {
      return Files.exists(names) && !Files.readString(names).isBlank();
    } catch (IOException e) {
      throw new NetfilterException(Kind.PERMISSION, names + " cannot be read; run as root", e);
    }
  }
}
