// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.function.Function;
import org.sallyport.api.subject.Fact;

/** Facts in words, for explanations. */
final class Descriptions {

  private Descriptions() {}

  /** The value and where it was learnt from, or why there is none. */
  static <T> String of(Fact<T> fact, Function<? super T, String> printer) {
    if (fact instanceof Fact.Known<T> known) {
      return printer.apply(known.value()) + " (" + known.source() + ")";
    }
    return missing(fact);
  }

  /** Why a fact has no value. */
  static String missing(Fact<?> fact) {
    if (fact instanceof Fact.Absent<?> absent) {
      return "absent: " + absent.reason();
    }
    if (fact instanceof Fact.Pending<?> pending) {
      return "on its way: " + pending.what();
    }
    if (fact instanceof Fact.NeverHere<?> neverHere) {
      return "never here: " + neverHere.missing();
    }
    return fact instanceof Fact.Unknown<?> unknown ? "unknown: " + unknown.reason() : "unknown";
  }
}
