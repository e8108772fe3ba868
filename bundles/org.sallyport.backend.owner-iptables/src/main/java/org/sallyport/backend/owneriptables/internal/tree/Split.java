// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.tree;

import java.util.List;
import java.util.Optional;
import org.sallyport.backend.owneriptables.internal.atom.Atom;
import org.sallyport.backend.owneriptables.internal.atom.Box;

/**
 * A test that parts a list of atoms, and what it says about each. Where the atoms at the head or
 * the tail of the list do not care about the test, they are kept out of the parting: a packet meets
 * the head before and the tail behind it.
 *
 * @param test the test
 * @param head atoms at the head that stand on both sides
 * @param tail atoms at the tail that stand on both sides
 * @param yes atoms between them that may match where the test holds
 * @param no atoms between them that may match where it does not
 */
record Split(Box test, int head, int tail, int yes, int no) {

  /** So few at the tail are repeated on both sides: another chain would cost as much. */
  private static final int FEW = 2;

  /** Lists do not part as well as that: a list that parted evenly would need 1. */
  private static final double PER_TEST = 1.3;

  /** What a test does to a list, or empty if it parts nothing. */
  static Optional<Split> of(Box test, List<Atom> atoms) {
    int head = 0;
    while (head < atoms.size() && standsOnBoth(test, atoms.get(head).box())) {
      head++;
    }
    int end = atoms.size();
    while (end > head && standsOnBoth(test, atoms.get(end - 1).box())) {
      end--;
    }
    int tail = atoms.size() - end;
    if (tail <= FEW) {
      end += tail;
      tail = 0;
    }
    int yes = 0;
    int no = 0;
    for (Atom atom : atoms.subList(head, end)) {
      yes += onYes(test, atom) ? 1 : 0;
      no += onNo(test, atom) ? 1 : 0;
    }
    int middle = end - head;
    return yes < middle && no < middle
        ? Optional.of(new Split(test, head, tail, yes, no))
        : Optional.empty();
  }

  /** Whether an atom may match where the test holds. */
  static boolean onYes(Box test, Atom atom) {
    return atom.box().meets(test);
  }

  /** Whether an atom may match where the test does not hold. */
  static boolean onNo(Box test, Atom atom) {
    return !test.holds(atom.box());
  }

  private static boolean standsOnBoth(Box test, Box box) {
    return box.meets(test) && !test.holds(box);
  }

  /**
   * What a packet will have met at worst, as far as one step tells; smaller is better.
   *
   * @param deeper how many chains may still be led to, one from the other. Where the test holds,
   *     one is used up; where it does not, the packet stays in its chain. So the fewer are left,
   *     the smaller the side should be where it holds.
   */
  double estimate(int deeper) {
    return afterwards(head, deeper)
        + 1
        + Math.max(afterwards(yes, deeper - 1), afterwards(no, deeper))
        + (tail == 0 ? 0 : 1 + afterwards(tail, deeper - 1));
  }

  /** How many rules a packet meets in a list that parts well. */
  private static double afterwards(int atoms, int deeper) {
    return atoms <= TreeBuilder.LEAF || deeper <= 0
        ? atoms
        : TreeBuilder.LEAF + PER_TEST * tests((double) atoms / TreeBuilder.LEAF, deeper);
  }

  /**
   * How many tests tell that many leaves apart if at most so many of them hold: n tests tell as
   * many as there are ways to choose up to {@code deeper} of n.
   */
  private static double tests(double leaves, int deeper) {
    double before = 1;
    for (int n = 1; ; n++) {
      double told = 0;
      double ways = 1;
      for (int hold = 0; hold <= Math.min(deeper, n); hold++) {
        told += ways;
        ways = ways * (n - hold) / (hold + 1);
      }
      if (told >= leaves) {
        return n - 1 + (leaves - before) / (told - before);
      }
      before = told;
    }
  }
}
