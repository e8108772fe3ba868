// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sallyport.backend.owneriptables.internal.atom.Values.Except;
import org.sallyport.backend.owneriptables.internal.atom.Values.Span;

/**
 * The packets of one family that have a value in each of some dimensions, and are of any kind in
 * the others. Immutable.
 *
 * @param sides the values by their dimension; a dimension that is not there says nothing
 */
public record Box(Map<Dimension, Values> sides) {

  /** Every packet. */
  public static final Box EVERYTHING = new Box(Map.of());

  /** Copies. */
  public Box {
    EnumMap<Dimension, Values> copy = new EnumMap<>(Dimension.class);
    copy.putAll(sides);
    sides = Collections.unmodifiableMap(copy);
  }

  /**
   * A box with one side.
   *
   * @param dimension its only dimension
   * @param values the values
   * @return the box
   */
  public static Box of(Dimension dimension, Values values) {
    return new Box(Map.of(dimension, values));
  }

  /**
   * The values in one dimension.
   *
   * @param dimension which
   * @return empty if it says nothing there
   */
  public Optional<Values> side(Dimension dimension) {
    return Optional.ofNullable(sides.get(dimension));
  }

  /**
   * Whether this is every packet.
   *
   * @return true if it has no side
   */
  public boolean isEverything() {
    return sides.isEmpty();
  }

  /**
   * Whether a packet may lie in both.
   *
   * @param other a box of the same family
   * @return false only if it is certain that none does
   */
  public boolean meets(Box other) {
    for (Map.Entry<Dimension, Values> mine : sides.entrySet()) {
      Values its = other.sides.get(mine.getKey());
      if (its != null && !mine.getValue().meets(its)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether every packet of the other lies in this.
   *
   * @param other a box of the same family
   * @return true only if it is certain
   */
  public boolean holds(Box other) {
    for (Map.Entry<Dimension, Values> mine : sides.entrySet()) {
      Values its = other.sides.get(mine.getKey());
      if (its == null || !mine.getValue().holds(its)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The packets of this box that a test has let through as well.
   *
   * @param test what held; meets this box
   * @return a box that holds all of them
   */
  public Box within(Box test) {
    EnumMap<Dimension, Values> narrowed = new EnumMap<>(Dimension.class);
    narrowed.putAll(sides);
    test.sides.forEach((dimension, values) -> narrowed.merge(dimension, values, Box::common));
    return new Box(narrowed);
  }

  private static Values common(Values mine, Values its) {
    if (its.holds(mine)) {
      return mine;
    }
    if (mine instanceof Span a && its instanceof Span b) {
      return new Span(Math.max(a.first(), b.first()), Math.min(a.last(), b.last()));
    }
    return its;
  }

  /**
   * What is left to ask of packets that a test has turned away.
   *
   * @param test what did not hold
   * @return the box without leaving out what cannot come any more
   */
  public Box relieved(Box test) {
    if (test.sides.size() != 1) {
      return this; // whichever of its sides did not hold
    }
    Map.Entry<Dimension, Values> only = test.sides.entrySet().iterator().next();
    if (!(sides.get(only.getKey()) instanceof Except except)) {
      return this;
    }
    EnumMap<Dimension, Values> left = new EnumMap<>(sides);
    left.remove(only.getKey());
    Set<Values> out = new HashSet<>(except.out());
    out.removeIf(only.getValue()::holds);
    if (!out.isEmpty()) {
      left.put(only.getKey(), new Except(out));
    }
    return new Box(left);
  }

  /**
   * What is left to ask of a packet that is known to lie in a region.
   *
   * @param region what is known
   * @return the box without what the region implies
   */
  public Box beyond(Box region) {
    EnumMap<Dimension, Values> left = new EnumMap<>(Dimension.class);
    sides.forEach(
        (dimension, values) -> {
          Values known = region.sides.get(dimension);
          if (known == null) {
            left.put(dimension, values);
          } else if (!values.holds(known)) {
            left.put(dimension, remaining(values, known));
          }
        });
    return new Box(left);
  }

  /** What cannot come needs not be left out. */
  private static Values remaining(Values values, Values known) {
    return values instanceof Except except
        ? new Except(except.out().stream().filter(known::meets).collect(Collectors.toSet()))
        : values;
  }
}
