// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.JournalEntry;
import org.sallyport.netfilter.JournalEntry.Operation;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;
import org.sallyport.netfilter.VariantUse;
import org.sallyport.netfilter.Verification;

/**
 * Writes rule sets through the variant of iptables that this host uses, chosen at the first call
 * and kept. One thread: the control thread.
 */
public final class IptablesNetfilter implements Netfilter {

  /** Gate first, so that nothing is refused by a gate whose proofs are no longer given. */
  private static final List<Table> REMOVAL_ORDER =
      List.of(Table.MANGLE, Table.SECURITY, Table.FILTER, Table.RAW);

  private final VariantChoice choice;
  private final Journal journal;
  private final Clock clock;
  private final Supplier<OptionalLong> generation;
  private final Freshness freshness;
  private Optional<Chosen> chosen = Optional.empty();
  private Optional<RuleSet> verified = Optional.empty();

  /** The variants with their roles. */
  private record Chosen(VariantWriter used, Optional<OtherVariant> other, String reason) {}

  /**
   * Looks at nothing yet; the variant is chosen by what the host holds.
   *
   * @param iptables the tools
   * @param proc usually {@code /proc}
   * @param journal where intents are kept
   * @param clock for the journal and for the age of readings
   */
  IptablesNetfilter(Iptables iptables, Path proc, Journal journal, Clock clock) {
    this(
        new VariantChoice(iptables, proc, Optional.empty()),
        journal,
        clock,
        new KernelGeneration());
  }

  /**
   * Looks at nothing yet.
   *
   * @param choice finds the variant
   * @param journal where intents are kept
   * @param clock for the journal and for the age of readings
   * @param generation what nf_tables counts with each commit; empty if it cannot be asked
   */
  IptablesNetfilter(
      VariantChoice choice, Journal journal, Clock clock, Supplier<OptionalLong> generation) {
    this.choice = choice;
    this.journal = journal;
    this.clock = clock;
    this.generation = generation;
    this.freshness = new Freshness(generation, clock);
  }

  @Override
  public Set<Family> families() {
    return choice.families();
  }

  @Override
  public VariantUse variant() {
    Chosen now = chosen();
    if (now.other().isEmpty()) {
      String absent = now.used().variant().other().label() + " is not installed";
      return new VariantUse(now.used().variant(), now.reason(), List.of(absent), List.of());
    }
    OtherVariant other = now.other().get();
    return new VariantUse(now.used().variant(), now.reason(), other.findings(), other.problems());
  }

  @Override
  public void commit(RuleSet rules, List<Table> order) {
    Chosen now = chosen();
    begin(Operation.COMMIT, order);
    now.used().write(rules, order);
    if (isWhole(rules, order)) {
      now.other().ifPresent(other -> other.sweep(REMOVAL_ORDER));
    }
    journal.clear();
    report(now.used().foreignHolders(rules, order));
  }

  /** Only what replaces them all may lead to deleting the rules in the other variant. */
  private static boolean isWhole(RuleSet rules, List<Table> order) {
    return rules.tables().isEmpty()
        ? order.size() == Table.values().length
        : order.containsAll(rules.tables().keySet());
  }

  @Override
  public void remove() {
    Chosen now = chosen();
    begin(Operation.REMOVE, REMOVAL_ORDER);
    List<Supplier<List<String>>> removals = new ArrayList<>();
    removals.add(() -> clear(now.used()));
    now.other().ifPresent(other -> removals.add(() -> other.remove(REMOVAL_ORDER)));
    List<String> holders = new ArrayList<>();
    Optional<NetfilterException> failure = Optional.empty();
    for (Supplier<List<String>> removal : removals) {
      try {
        holders.addAll(removal.get());
      } catch (NetfilterException e) {
        failure = Optional.of(failure.orElse(e)); // the other variant is cleared all the same
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    journal.clear();
    report(holders);
  }

  private static List<String> clear(VariantWriter writer) {
    writer.forget();
    writer.write(RuleSet.EMPTY, REMOVAL_ORDER);
    return writer.foreignHolders(RuleSet.EMPTY, REMOVAL_ORDER);
  }

  private void begin(Operation operation, List<Table> order) {
    if (new HashSet<>(order).size() != order.size()) {
      throw new IllegalArgumentException("a table is named twice in " + order);
    }
    journal.begin(new JournalEntry(operation, clock.instant(), order));
    verified = Optional.empty();
  }

  private static void report(List<String> foreignHolders) {
    if (!foreignHolders.isEmpty()) {
      throw new NetfilterException(
          Kind.FOREIGN_REFERENCE,
          "a chain of ours was emptied but stays, because a foreign rule leads into it: '"
              + ToolErrors.show(String.join("', '", foreignHolders))
              + "'; delete that rule and repeat");
    }
  }

  @Override
  public Map<Chain, KernelCount> takeGone() {
    Map<Chain, KernelCount> gone = new HashMap<>();
    chosen.ifPresent(
        now -> {
          now.used().takeGone().forEach((c, n) -> gone.merge(c, n, KernelCount::plus));
          now.other()
              .ifPresent(o -> o.takeGone().forEach((c, n) -> gone.merge(c, n, KernelCount::plus)));
        });
    return gone;
  }

  @Override
  public KernelState read() {
    return chosen().used().read();
  }

  @Override
  public KernelState readOther() {
    return chosen().other().map(OtherVariant::read).orElse(new KernelState(Map.of()));
  }

  @Override
  public Verification verify(RuleSet rules) {
    Chosen now = chosen();
    OptionalLong begun = freshness.begin();
    List<String> differences = new ArrayList<>(now.used().differences(rules, now.used().read()));
    for (OtherVariant other : now.other().stream().toList()) {
      other
          .leftovers()
          .forEach(chain -> differences.add(other.variant().label() + " holds our " + chain));
    }
    verified = differences.isEmpty() ? Optional.of(rules) : Optional.empty();
    freshness.confirm(begun);
    return new Verification(differences);
  }

  @Override
  public Verification watch(RuleSet rules) {
    boolean unchanged =
        chosen().used().variant() == Variant.NFT
            && verified.filter(rules::equals).isPresent()
            && freshness.holds();
    return unchanged ? new Verification(List.of()) : verify(rules);
  }

  @Override
  public Optional<JournalEntry> unfinished() {
    return journal.unfinished();
  }

  @Override
  public List<MarkConflict> markConflicts(long mask) {
    MarkScan scan = new MarkScan(mask);
    KernelState state = read();
    KernelState otherState = readOther();
    Variant used = chosen().used().variant();
    for (Family family : families()) {
      scan.routing(family, choice.iptables().routingRules(family));
      scan.rules(used, family, state);
      scan.rules(used.other(), family, otherState);
    }
    return scan.conflicts();
  }

  private Chosen chosen() {
    if (chosen.isEmpty()) {
      VariantChoice.Outcome outcome = choice.make();
      Optional<OtherVariant> other =
          outcome.other().map(w -> new OtherVariant(w, new Freshness(generation, clock)));
      chosen = Optional.of(new Chosen(outcome.used(), other, outcome.reason()));
    }
    return chosen.get();
  }
}
