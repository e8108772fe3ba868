// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.tree;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.backend.owneriptables.internal.atom.Atom;
import org.sallyport.backend.owneriptables.internal.atom.Box;

/**
 * Atoms that some chains are to carry out.
 *
 * @param atoms in order; the first that matches takes the packet
 * @param region where every packet lies that gets here
 * @param miss where packets go that none takes
 * @param budget rules that may be written for it, about
 */
record Task(List<Atom> atoms, Box region, Miss miss, long budget) {

  /** Without atoms that no packet gets to or that no packet of the region matches. */
  Task trimmed() {
    List<Atom> left = new ArrayList<>();
    for (Atom atom : atoms) {
      if (!atom.box().meets(region)) {
        continue;
      }
      left.add(atom);
      if (takesAll(atom)) {
        break;
      }
    }
    return new Task(left, region, miss, budget);
  }

  /** Whether an atom ends the way of every packet that gets to it. */
  boolean takesAll(Atom atom) {
    return atom.decides() && atom.box().beyond(region).isEverything();
  }

  /** A run of the atoms, with its share of the budget. */
  Task part(int from, int to, Miss other) {
    List<Atom> some = atoms.subList(from, to);
    return new Task(some, region, other, share(some.size(), atoms.size(), budget));
  }

  static long share(long mine, long all, long budget) {
    return all == 0 ? budget : budget * mine / all;
  }
}
