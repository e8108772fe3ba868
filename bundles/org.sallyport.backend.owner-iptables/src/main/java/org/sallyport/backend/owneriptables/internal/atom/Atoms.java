// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.netfilter.Family;

/** Takes the tests of a rule apart. */
public final class Atoms {

  /** The most boxes one rule may need in one family. */
  public static final int MAX_PER_RULE = 4096;

  private Atoms() {}

  /**
   * The packets of one family that pass all tests, in boxes that do not overlap.
   *
   * @param tests the tests of one rule
   * @param family which packets
   * @return at most {@link #MAX_PER_RULE} boxes; none if no packet of the family can pass
   * @throws TooManyAtomsException if there were more
   */
  public static List<Box> of(List<FlowTest> tests, Family family) {
    Map<Dimension, List<Values>> pieces = Criteria.of(tests, family);
    if (pieces.values().stream().anyMatch(List::isEmpty)) {
      return List.of();
    }
    long product = 1;
    for (List<Values> values : pieces.values()) {
      product *= values.size();
      if (product > MAX_PER_RULE) {
        throw new TooManyAtomsException(MAX_PER_RULE);
      }
    }
    List<Box> boxes = List.of(Box.EVERYTHING);
    for (Map.Entry<Dimension, List<Values>> side : pieces.entrySet()) {
      boxes = multiplied(boxes, side.getKey(), side.getValue());
    }
    return boxes;
  }

  private static List<Box> multiplied(List<Box> boxes, Dimension dimension, List<Values> values) {
    List<Box> product = new ArrayList<>();
    for (Box box : boxes) {
      for (Values one : values) {
        EnumMap<Dimension, Values> sides = new EnumMap<>(Dimension.class);
        sides.putAll(box.sides());
        sides.put(dimension, one);
        product.add(new Box(sides));
      }
    }
    return product;
  }
}
