// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.tree;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sallyport.backend.owneriptables.internal.atom.Atom;
import org.sallyport.backend.owneriptables.internal.atom.Box;
import org.sallyport.backend.owneriptables.internal.atom.Dimension;
import org.sallyport.backend.owneriptables.internal.atom.Values;
import org.sallyport.backend.owneriptables.internal.atom.Values.Except;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;

/**
 * Arranges ordered atoms as a tree of chains in which a packet meets few of them. A test leads the
 * packets that pass it into a chain of their own and the others on in the same chain; each side
 * holds, in order, every atom that a packet there may match, so it does not matter where the tests
 * stand. A leaf asks all that its way did not. Nothing comes back from a chain: each way ends in an
 * atom's target or in the {@link Miss}. Confined to one thread.
 */
public final class TreeBuilder {

  /** A list as short as this is not parted. */
  static final int LEAF = 4;

  /** Nor is a whole policy as short as this: it is written as a person would. */
  private static final int SMALL_POLICY = 10;

  /** Rules written for each atom, at most about. */
  private static final int RULES_PER_ATOM = 4;

  private static final int SPARE = 64;

  /** What a split costs besides its sides: its test, and an end for each. */
  private static final int SPLIT = 6;

  private static final List<Dimension> HEADERS =
      List.of(Dimension.PROTOCOL, Dimension.INTERFACE, Dimension.LOCAL, Dimension.REMOTE);

  private final Chains chains;
  private final Printer printer;
  private final int deepest;
  private int depth;

  /**
   * Prepares to write.
   *
   * @param chains takes the rules
   * @param printer writes them
   * @param deepest how many chains may be led to, one from the other; where none is left, a list
   *     stands
   */
  public TreeBuilder(Chains chains, Printer printer, int deepest) {
    this.chains = chains;
    this.printer = printer;
    this.deepest = deepest;
  }

  /**
   * Writes all atoms behind what a chain holds.
   *
   * @param chain an open one
   * @param atoms in order
   * @param miss where packets go that none takes
   */
  public void fill(Chain chain, List<Atom> atoms, Miss miss) {
    Task task = new Task(atoms, Box.EVERYTHING, miss, (long) RULES_PER_ATOM * atoms.size() + SPARE);
    if (atoms.size() <= SMALL_POLICY) {
      leaf(chain, task.trimmed());
    } else {
      fill(chain, task);
    }
  }

  private void fill(Chain chain, Task given) {
    Task task = given.trimmed();
    while (task.atoms().size() > LEAF && depth < deepest) {
      Optional<Split> best = best(task);
      if (best.isEmpty()) {
        break;
      }
      Split split = best.get();
      task = withoutTail(task, split.tail());
      if (split.head() > LEAF || needed(task, split.head()).isPresent()) {
        Chain rest = chains.open();
        deeper(rest, task.part(split.head(), task.atoms().size(), task.miss()));
        task = task.part(0, split.head(), Miss.to(rest)).trimmed();
      } else {
        task = withoutHead(chain, task, split.head());
        task = parted(chain, task, split);
      }
    }
    leaf(chain, task);
  }

  private void deeper(Chain chain, Task task) {
    depth++;
    fill(chain, task);
    depth--;
  }

  private Optional<Split> best(Task task) {
    int size = task.atoms().size();
    int deeper = deepest - depth;
    return Candidates.of(task.atoms()).stream()
        .flatMap(test -> Split.of(test, task.atoms()).stream())
        .filter(split -> split.estimate(deeper) < size)
        .filter(
            split ->
                split.yes() + split.no() + SPLIT
                    <= Task.share(size - split.head() - split.tail(), size, task.budget()))
        .min(Comparator.comparingDouble(split -> split.estimate(deeper)));
  }

  /** The atoms at the tail get a chain that both sides lead to. */
  private Task withoutTail(Task task, int tail) {
    if (tail == 0) {
      return task;
    }
    int end = task.atoms().size() - tail;
    Chain next = chains.open();
    deeper(next, task.part(end, task.atoms().size(), task.miss()));
    return task.part(0, end, Miss.to(next));
  }

  private Task withoutHead(Chain chain, Task task, int head) {
    task.atoms().subList(0, head).forEach(atom -> write(chain, atom, task.region()));
    return task.part(head, task.atoms().size(), task.miss());
  }

  /** Writes the test and what it leads to; returns what is left for the others. */
  private Task parted(Chain chain, Task task, Split split) {
    Chain side = chains.open();
    chains.add(chain, test(split.test(), task.region(), side));
    long budget = task.budget() - SPLIT;
    deeper(
        side, yes(task, split.test(), Task.share(split.yes(), split.yes() + split.no(), budget)));
    return no(task, split.test(), Task.share(split.no(), split.yes() + split.no(), budget));
  }

  private Rule test(Box test, Box region, Chain side) {
    return printer.rule(test.beyond(region), region, new Target.GoTo(side));
  }

  private static Task yes(Task task, Box test, long budget) {
    List<Atom> atoms = task.atoms().stream().filter(atom -> Split.onYes(test, atom)).toList();
    return new Task(atoms, task.region().within(test), task.miss(), budget);
  }

  private static Task no(Task task, Box test, long budget) {
    List<Atom> atoms =
        task.atoms().stream()
            .filter(atom -> Split.onNo(test, atom))
            .map(atom -> atom.relieved(test))
            .toList();
    return new Task(atoms, task.region(), task.miss(), budget).trimmed();
  }

  private void leaf(Chain chain, Task given) {
    Task task = given;
    for (Optional<Box> test = needed(task); test.isPresent(); test = needed(task)) {
      Chain side = chains.open();
      chains.add(chain, test(test.get(), task.region(), side));
      leaf(side, yes(task, test.get(), task.budget()).trimmed());
      task = no(task, test.get(), task.budget());
    }
    Box region = task.region();
    for (Atom atom : task.atoms()) {
      write(chain, atom, region);
      if (task.takesAll(atom)) {
        return;
      }
    }
    task.miss().rules(region, printer.family()).forEach(rule -> chains.add(chain, rule));
  }

  private void write(Chain chain, Atom atom, Box region) {
    chains.add(chain, printer.rule(atom.box().beyond(region), region, atom.target()));
  }

  /** A rule can leave out one value of a header; more take tests ahead of it. */
  private static Optional<Box> needed(Task task) {
    return needed(task, task.atoms().size());
  }

  private static Optional<Box> needed(Task task, int count) {
    for (Atom atom : task.atoms().subList(0, count)) {
      Box left = atom.box().beyond(task.region());
      for (Dimension dimension : HEADERS) {
        if (left.side(dimension).orElse(null) instanceof Except except && except.out().size() > 1) {
          Values first =
              except.out().stream().min(Comparator.comparing(Values::toString)).orElseThrow();
          return Optional.of(Box.of(dimension, first));
        }
      }
    }
    return Optional.empty();
  }
}
