// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.text.CriterionException;

/** A number that is one of a few. */
public final class IdTest implements ValueTest<Long> {

  private static final long MAX_ID = 0xffff_fffeL; // 2^32-1 means "none" to the kernel

  private final long[] sorted;

  private IdTest(long[] sorted) {
    this.sorted = sorted;
  }

  /** Users or groups: numbers as they are, names through the resolver. */
  static IdTest ofIds(Criterion criterion, ToLongFunction<String> names) {
    return of(criterion, value -> id(criterion.attribute(), value, names));
  }

  /** Plain numbers of a range. */
  static IdTest ofNumbers(Criterion criterion, long min, long max) {
    return of(criterion, value -> number(criterion.attribute(), value, min, max));
  }

  private static IdTest of(Criterion criterion, ToLongFunction<String> reader) {
    return new IdTest(criterion.values().stream().mapToLong(reader).sorted().toArray());
  }

  /** Reads an id, or a name through the resolver. */
  public static long id(String attribute, String value, ToLongFunction<String> names) {
    if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return number(attribute, value, 0, MAX_ID);
    }
    if (!value.matches("[^\\s:/,-][^\\s:/,]{0,255}")) {
      throw new CriterionException(
          attribute + ": '" + value + "' is neither a name nor a number", "");
    }
    return names.applyAsLong(value);
  }

  /** Reads a decimal number of a range. */
  public static long number(String attribute, String value, long min, long max) {
    boolean digits = value.matches("[0-9]{1,10}");
    long number = digits ? Long.parseLong(value) : -1;
    if (!digits || number < min || number > max) {
      throw new CriterionException(
          attribute + ": '" + value + "' is not a number from " + min + " to " + max, "");
    }
    return number;
  }

  /** Whether all of them lie in a range. */
  boolean within(long min, long max) {
    return sorted.length == 0 || (sorted[0] >= min && sorted[sorted.length - 1] <= max);
  }

  /**
   * The numbers as ascending ranges that do not touch.
   *
   * @param maker makes a range of its lowest and highest number
   */
  <R> List<R> ranges(BiFunction<Long, Long, R> maker) {
    List<R> ranges = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] > sorted[i - 1] + 1) {
        ranges.add(maker.apply(sorted[first], sorted[i - 1]));
        first = i;
      }
    }
    return ranges;
  }

  boolean has(long number) {
    return Arrays.binarySearch(sorted, number) >= 0;
  }

  @Override
  public Truth test(Long value) {
    return Truth.of(has(value));
  }
}
