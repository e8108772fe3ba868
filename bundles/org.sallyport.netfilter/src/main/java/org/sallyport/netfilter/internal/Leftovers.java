// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.TableRules;

/**
 * Chains of ours that stand in one table and should not. A counting one is not deleted in the
 * commit that takes it off its way: it could not be read any more, and would have counted packets
 * nobody was told of. So it stays, and whatever it leads to, until a second commit.
 */
final class Leftovers {

  private final TableState state;
  private final List<ChainState> chains;

  private Leftovers(TableState state, List<ChainState> chains) {
    this.state = state;
    this.chains = chains;
  }

  static Leftovers of(TableRules wanted, TableState state) {
    Set<String> kept =
        wanted.chains().stream().map(spec -> spec.chain().name()).collect(Collectors.toSet());
    return new Leftovers(
        state, state.ours().stream().filter(chain -> !kept.contains(chain.name())).toList());
  }

  List<String> names() {
    return chains.stream().map(ChainState::name).toList();
  }

  /** The foreign rules that lead into them. */
  List<String> holders() {
    ForeignReferences foreign = ForeignReferences.in(state);
    return chains.stream().flatMap(chain -> foreign.to(chain.name()).stream()).toList();
  }

  /** Whether a second commit is needed. */
  boolean areCounting() {
    return chains.stream().anyMatch(CountingChains::isCounting);
  }

  /** What the counting ones have counted. */
  Map<Chain, KernelCount> counts() {
    Map<Chain, KernelCount> counts = new HashMap<>();
    chains.stream()
        .filter(CountingChains::isCounting)
        .forEach(chain -> counts.put(new Chain(chain.name()), CountingChains.count(chain)));
    return counts;
  }

  /** For the commit that takes them off their way: all at once, or the counting ones later. */
  List<String> firstLines() {
    if (!areCounting()) {
      return lastLines();
    }
    return chains.stream()
        .filter(chain -> !CountingChains.isCounting(chain))
        .map(chain -> "-F " + chain.name())
        .toList();
  }

  /** For the commit that deletes them. */
  List<String> lastLines() {
    ForeignReferences foreign = ForeignReferences.in(state);
    List<String> lines = new ArrayList<>();
    chains.forEach(chain -> lines.add("-F " + chain.name()));
    chains.stream()
        .filter(chain -> foreign.to(chain.name()).isEmpty())
        .forEach(chain -> lines.add("-X " + chain.name()));
    return lines;
  }

  /**
   * The table without those that may be there between the two commits: the counting ones as they
   * are, and empty ones.
   */
  TableState withoutDeferred() {
    return areCounting() ? without(c -> CountingChains.isCounting(c) || isEmpty(c)) : withoutHeld();
  }

  /** The table without those that are empty and only stay because a foreign rule holds them. */
  TableState withoutHeld() {
    ForeignReferences foreign = ForeignReferences.in(state);
    return without(chain -> isEmpty(chain) && !foreign.to(chain.name()).isEmpty());
  }

  private static boolean isEmpty(ChainState chain) {
    return chain.rules().isEmpty();
  }

  private TableState without(Predicate<ChainState> tolerated) {
    Set<String> hidden = new HashSet<>();
    chains.stream().filter(tolerated).forEach(chain -> hidden.add(chain.name()));
    return new TableState(
        state.chains().stream().filter(chain -> !hidden.contains(chain.name())).toList());
  }
}
