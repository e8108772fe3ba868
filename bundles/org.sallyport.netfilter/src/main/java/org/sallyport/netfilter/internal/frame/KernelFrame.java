// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.netfilter.frame.Section;
import org.sallyport.netfilter.internal.CountingChains;

/**
 * The frame in the running kernel. Thread-safe: the writer of rules is not, so one call waits for
 * another; what is in force can be asked at any time.
 */
public final class KernelFrame implements Frame {

  /** The gate last: it drops what the tables before it have not marked yet. */
  private static final List<Table> ARMING =
      List.of(Table.FILTER, Table.RAW, Table.MANGLE, Table.SECURITY);

  /** Where a direction or the gate is let go, the gate goes first: nobody will prove any more. */
  private static final List<Table> LETTING_GO =
      List.of(Table.SECURITY, Table.MANGLE, Table.RAW, Table.FILTER);

  private static final List<Table> FILTER_ALONE = List.of(Table.FILTER);

  private final Netfilter netfilter;
  private final Map<String, Section> staged = new HashMap<>();
  private volatile Optional<InForce> inForce = Optional.empty();

  /** What was committed last, and read back. */
  private record InForce(Enforcement order, ChainOrder chains, RuleSet rules) {}

  /**
   * Knows nothing of the kernel yet.
   *
   * @param netfilter the writer of rules
   */
  public KernelFrame(Netfilter netfilter) {
    this.netfilter = netfilter;
  }

  @Override
  public synchronized void stage(String backend, Section section) {
    staged.put(backend, section);
  }

  @Override
  public synchronized void unstage(String backend) {
    staged.remove(backend);
  }

  @Override
  public synchronized void commit(Enforcement order, MarkLayout marks) {
    ChainOrder chains = chainOrder(order, marks, staged);
    Optional<InForce> before = inForce;
    if (before.filter(now -> now.chains().equals(chains)).isPresent() && stands(before.get())) {
      inForce = Optional.of(new InForce(order, chains, before.get().rules()));
      return;
    }
    RuleSet rules = Chains.of(chains);
    inForce = Optional.empty();
    write(rules, before.map(InForce::chains), chains);
    inForce = Optional.of(new InForce(order, chains, rules));
  }

  private boolean stands(InForce before) {
    try {
      return netfilter.watch(before.rules()).holds();
    } catch (NetfilterException e) {
      inForce = Optional.empty(); // nobody knows
      throw e;
    }
  }

  private void write(RuleSet rules, Optional<ChainOrder> before, ChainOrder next) {
    boolean filterOnly = before.filter(now -> now.differsInFilterOnly(next)).isPresent();
    boolean letsGo = before.filter(now -> letsGo(now, next)).isPresent();
    List<Table> whole = letsGo ? LETTING_GO : ARMING;
    netfilter.commit(rules, filterOnly ? FILTER_ALONE : whole);
    if (filterOnly && !netfilter.verify(rules).holds()) {
      netfilter.commit(rules, ARMING); // somebody changed the other tables
    }
  }

  /** Whether a direction is judged no longer, or what is judged needs no proof any more. */
  private static boolean letsGo(ChainOrder now, ChainOrder next) {
    return !next.hooked().containsAll(now.hooked())
        || (next.opensWithoutListener() && !now.opensWithoutListener());
  }

  @Override
  public RuleSet rules(Enforcement order, MarkLayout marks, Map<String, Section> sections) {
    return Chains.of(chainOrder(order, marks, sections));
  }

  private static ChainOrder chainOrder(
      Enforcement order, MarkLayout marks, Map<String, Section> sections) {
    List<Section> inOrder = new ArrayList<>();
    for (String backend : order.stack()) {
      if (!sections.containsKey(backend)) {
        throw new IllegalStateException("the backend " + backend + " has prepared nothing");
      }
      inOrder.add(sections.get(backend));
    }
    return ChainOrder.of(order, marks, inOrder);
  }

  @Override
  public synchronized void remove() {
    inForce = Optional.empty();
    staged.clear();
    netfilter.remove();
  }

  @Override
  public Optional<Enforcement> inForce() {
    return inForce.map(InForce::order);
  }

  @Override
  public Set<String> backends() {
    return inForce.map(now -> Set.copyOf(now.order().stack())).orElse(Set.of());
  }

  @Override
  public synchronized List<String> differences() {
    return inForce.map(now -> netfilter.watch(now.rules()).differences()).orElse(List.of());
  }

  @Override
  public synchronized List<String> conflicts(MarkLayout marks) {
    List<String> sentences = new ArrayList<>(netfilter.variant().problems());
    for (MarkConflict conflict : netfilter.markConflicts(Integer.toUnsignedLong(marks.mask()))) {
      sentences.add(
          String.format(
              "mark bits 0x%08x of ours (0x%08x) are used by %s: %s",
              conflict.mask(), marks.mask(), conflict.family().label(), conflict.text()));
    }
    return sentences;
  }

  @Override
  public synchronized OptionalInt generation() {
    return Stream.of(netfilter.read(), netfilter.readOther())
        .flatMapToInt(state -> KernelGenerations.in(state).stream())
        .max();
  }

  @Override
  public synchronized Counts counts() {
    return new Counts(CountingChains.in(netfilter.read()), netfilter.takeGone());
  }
}
