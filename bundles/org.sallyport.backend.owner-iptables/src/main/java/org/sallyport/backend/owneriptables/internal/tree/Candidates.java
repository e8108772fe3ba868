// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.backend.owneriptables.internal.atom.Atom;
import org.sallyport.backend.owneriptables.internal.atom.Box;
import org.sallyport.backend.owneriptables.internal.atom.Dimension;
import org.sallyport.backend.owneriptables.internal.atom.Nets;
import org.sallyport.backend.owneriptables.internal.atom.Values;
import org.sallyport.backend.owneriptables.internal.atom.Values.Net;
import org.sallyport.backend.owneriptables.internal.atom.Values.One;
import org.sallyport.backend.owneriptables.internal.atom.Values.Span;

/** Tests that may part a list of atoms well, a few for each dimension. */
final class Candidates {

  private static final int MOST_FREQUENT = 4;
  private static final int PARTS = 8;

  private final List<Atom> atoms;
  private final Set<Box> found = new LinkedHashSet<>();

  private Candidates(List<Atom> atoms) {
    this.atoms = atoms;
  }

  /** The tests, in a fixed order. */
  static Set<Box> of(List<Atom> atoms) {
    Candidates candidates = new Candidates(atoms);
    candidates.spans(Dimension.USER, IdRange.MAX, Box.EVERYTHING);
    candidates.spans(Dimension.GROUP, IdRange.MAX, Box.EVERYTHING);
    List<One> protocols = candidates.frequent(Dimension.PROTOCOL);
    protocols.forEach(one -> candidates.found.add(Box.of(Dimension.PROTOCOL, one)));
    candidates
        .frequent(Dimension.INTERFACE)
        .forEach(one -> candidates.found.add(Box.of(Dimension.INTERFACE, one)));
    candidates.network(Dimension.REMOTE);
    candidates.network(Dimension.LOCAL);
    for (One protocol : protocols) {
      Box fixed = Box.of(Dimension.PROTOCOL, protocol);
      candidates.spans(Dimension.REMOTE_PORT, PortRange.MAX, fixed);
      candidates.spans(Dimension.LOCAL_PORT, PortRange.MAX, fixed);
    }
    return candidates.found;
  }

  /** The values that most atoms ask for. */
  private List<One> frequent(Dimension dimension) {
    Map<One, Integer> counts = new HashMap<>();
    for (Atom atom : atoms) {
      if (atom.box().side(dimension).orElse(null) instanceof One one) {
        counts.merge(one, 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<One, Integer>comparingByValue()
                .reversed()
                .thenComparing(entry -> entry.getKey().value().toString()))
        .limit(MOST_FREQUENT)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Everything up to where each eighth of the atoms ends. */
  private void spans(Dimension dimension, long max, Box fixed) {
    long[] ends =
        atoms.stream()
            .map(Atom::box)
            .filter(box -> box.meets(fixed))
            .map(box -> box.side(dimension).orElse(null))
            .filter(Span.class::isInstance)
            .mapToLong(span -> ((Span) span).last())
            .sorted()
            .toArray();
    for (int part = 1; part < PARTS && ends.length > 1; part++) {
      long end = ends[(ends.length * part - 1) / PARTS];
      if (end < max) {
        EnumMap<Dimension, Values> sides = new EnumMap<>(Dimension.class);
        sides.putAll(fixed.sides());
        sides.put(dimension, new Span(0, end));
        found.add(new Box(sides));
      }
    }
  }

  /** The way down the prefixes, always into the fuller half, until that is half of all. */
  private void network(Dimension dimension) {
    TreeMap<IpNetwork, Integer> counts =
        new TreeMap<>(Comparator.comparing(IpNetwork::base).thenComparing(IpNetwork::prefixLength));
    for (Atom atom : atoms) {
      if (atom.box().side(dimension).orElse(null) instanceof Net net) {
        counts.merge(net.network(), 1, Integer::sum);
      }
    }
    List<IpNetwork> left = new ArrayList<>(counts.keySet());
    int all = sum(counts, left);
    while (left.size() > 1) {
      IpNetwork around = Nets.around(left.get(0), left.get(left.size() - 1));
      if (around.prefixLength() > 0) {
        found.add(Box.of(dimension, new Net(around)));
      }
      left.removeIf(network -> network.prefixLength() <= around.prefixLength());
      if (sum(counts, left) * 2 < all || left.isEmpty()) {
        return;
      }
      left = fullerHalf(around, left, counts);
    }
    if (!left.isEmpty()) {
      found.add(Box.of(dimension, new Net(left.get(0))));
    }
  }

  private static List<IpNetwork> fullerHalf(
      IpNetwork around, List<IpNetwork> left, Map<IpNetwork, Integer> counts) {
    Net upper = new Net(Nets.half(around, true));
    List<IpNetwork> in = new ArrayList<>();
    List<IpNetwork> out = new ArrayList<>();
    left.forEach(network -> (upper.holds(new Net(network)) ? in : out).add(network));
    return sum(counts, in) > sum(counts, out) ? in : out;
  }

  private static int sum(Map<IpNetwork, Integer> counts, List<IpNetwork> networks) {
    return networks.stream().mapToInt(counts::get).sum();
  }
}
