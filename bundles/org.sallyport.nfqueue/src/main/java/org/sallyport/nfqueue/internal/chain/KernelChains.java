// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;

/**
 * Our chains in the running kernel. Thread-safe: the writer of rules is not, so one call waits for
 * another.
 */
public final class KernelChains {

  /** The gate last: it drops what the tables before it have not marked yet. */
  private static final List<Table> ARMING =
      List.of(Table.FILTER, Table.RAW, Table.MANGLE, Table.SECURITY);

  /** Where a direction or the gate is let go, the gate goes first: nobody will prove any more. */
  private static final List<Table> LETTING_GO =
      List.of(Table.SECURITY, Table.MANGLE, Table.RAW, Table.FILTER);

  private static final List<Table> NEXT_GENERATION = List.of(Table.FILTER);
  private static final Pattern SET_MARK =
      Pattern.compile("(?:.* )?-j MARK --set-xmark 0x([0-9a-f]{1,8})/0x([0-9a-f]{1,8})");
  private static final int HEX = 16;

  private final Netfilter netfilter;
  private volatile Optional<ChainOrder> inForce = Optional.empty();

  /**
   * Knows nothing of the kernel yet.
   *
   * @param netfilter the writer of rules
   */
  public KernelChains(Netfilter netfilter) {
    this.netfilter = netfilter;
  }

  /**
   * Brings our chains to an order and returns when they are read back. Where only the generation
   * moves, only filter is committed. Takes over whatever an earlier daemon left.
   *
   * @param order what to bring about
   * @throws NetfilterException if the kernel refused; some tables may be changed
   */
  public synchronized void commit(ChainOrder order) {
    RuleSet rules = Chains.of(order);
    boolean onlyGeneration = inForce.filter(now -> now.differsInGenerationOnly(order)).isPresent();
    boolean letsGo = inForce.filter(now -> letsGo(now, order)).isPresent();
    List<Table> whole = letsGo ? LETTING_GO : ARMING;
    inForce = Optional.empty();
    netfilter.commit(rules, onlyGeneration ? NEXT_GENERATION : whole);
    if (onlyGeneration && !netfilter.verify(rules).holds()) {
      netfilter.commit(rules, ARMING); // somebody changed the other tables
    }
    inForce = Optional.of(order);
  }

  /** Whether a direction is judged no longer, or what is judged needs no proof any more. */
  private static boolean letsGo(ChainOrder now, ChainOrder next) {
    return !next.hooked().containsAll(now.hooked())
        || (next.opensWithoutListener() && !now.opensWithoutListener());
  }

  /**
   * Deletes our chains, the gate first.
   *
   * @throws NetfilterException if the kernel refused
   */
  public synchronized void remove() {
    inForce = Optional.empty();
    netfilter.remove();
  }

  /**
   * What is in force.
   *
   * @return empty before the first commit, after a failed one, and after {@link #remove}
   */
  public Optional<ChainOrder> inForce() {
    return inForce;
  }

  /**
   * Compares the kernel with what was committed last; reads it only if somebody changed its rules,
   * or the last reading is half a minute old.
   *
   * @return a sentence per difference, safe to show; none if nothing was committed
   * @throws NetfilterException if the kernel could not be read
   */
  public synchronized List<String> differences() {
    return inForce.map(order -> netfilter.watch(Chains.of(order)).differences()).orElse(List.of());
  }

  /**
   * Who else uses our bits of the mark, and what is wrong with the variant of iptables that we do
   * not use.
   *
   * @param marks where our bits are
   * @return a sentence each, safe to show
   * @throws NetfilterException if the kernel could not be read
   */
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

  /**
   * Which variant of iptables is used and why, and what the other holds.
   *
   * @return a sentence each, safe to show
   * @throws NetfilterException if the kernel could not be read
   */
  public synchronized List<String> variant() {
    return netfilter.variant().sentences();
  }

  /**
   * The generation the kernel holds, perhaps from an earlier daemon, which may have used the other
   * variant of iptables.
   *
   * @return the highest of both families, or empty if there is no chain of ours
   * @throws NetfilterException if the kernel could not be read
   */
  public synchronized OptionalInt generation() {
    return Stream.of(netfilter.read(), netfilter.readOther())
        .flatMapToInt(
            state ->
                state.families().keySet().stream()
                    .flatMapToInt(family -> generationOf(state, family).stream()))
        .max();
  }

  /** Independent of today's mask: the chain says which bits were ours when it was written. */
  private static OptionalInt generationOf(KernelState state, Family family) {
    return state
        .table(family, Table.FILTER)
        .chain(Chains.OUT.name())
        .map(KernelState.ChainState::rules)
        .orElse(List.of())
        .stream()
        .map(line -> SET_MARK.matcher(line.text()))
        .filter(Matcher::matches)
        .mapToInt(KernelChains::generationIn)
        .filter(generation -> generation > 0)
        .max();
  }

  private static int generationIn(Matcher setMark) {
    int mask = Integer.parseUnsignedInt(setMark.group(2), HEX);
    int mark = Integer.parseUnsignedInt(setMark.group(1), HEX);
    try {
      return new MarkLayout(mask).generationOf(mark);
    } catch (IllegalArgumentException e) {
      return 0; // not a line of ours: no layout has such a mask
    }
  }
}
