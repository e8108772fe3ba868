// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sallyport.backend.owneriptables.internal.atom.Values.Span;

/** Sets of numbers as ascending spans that neither overlap nor touch. */
final class Spans {

  private Spans() {}

  /** Any spans in order, put together where they overlap or touch. */
  static List<Span> joined(List<Span> spans) {
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparingLong(Span::first));
    List<Span> joined = new ArrayList<>();
    for (Span span : sorted) {
      Span last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && span.first() <= last.last() + 1) {
        joined.set(joined.size() - 1, new Span(last.first(), Math.max(last.last(), span.last())));
      } else {
        joined.add(span);
      }
    }
    return joined;
  }

  /** What lies in both. */
  static List<Span> common(List<Span> some, List<Span> others) {
    List<Span> common = new ArrayList<>();
    for (Span a : some) {
      for (Span b : others) {
        if (a.meets(b)) {
          common.add(new Span(Math.max(a.first(), b.first()), Math.min(a.last(), b.last())));
        }
      }
    }
    return joined(common);
  }

  /** The numbers from 0 to a maximum that joined spans leave out. */
  static List<Span> others(List<Span> spans, long max) {
    List<Span> others = new ArrayList<>();
    long next = 0;
    for (Span span : spans) {
      if (span.first() > next) {
        others.add(new Span(next, span.first() - 1));
      }
      next = span.last() + 1;
    }
    if (next <= max) {
      others.add(new Span(next, max));
    }
    return others;
  }
}
