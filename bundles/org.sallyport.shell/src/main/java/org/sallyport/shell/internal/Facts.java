// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.Optional;
import org.sallyport.api.subject.Fact;

/** Facts in words. */
final class Facts {

  private Facts() {}

  /** The value, if it is known. */
  static <T> Optional<T> known(Fact<T> fact) {
    return fact instanceof Fact.Known<T> known ? Optional.of(known.value()) : Optional.empty();
  }

  /** The value and where it was learnt, or why there is none. */
  static String words(Fact<?> fact) {
    if (fact instanceof Fact.Known<?> known) {
      return known.value() + " (from " + known.source() + ")";
    } else if (fact instanceof Fact.Absent<?> absent) {
      return "none: " + absent.reason();
    } else if (fact instanceof Fact.Pending<?> pending) {
      return "being found out: " + pending.what();
    } else if (fact instanceof Fact.NeverHere<?> never) {
      return "cannot be known here: " + never.missing();
    }
    return "unknown: " + ((Fact.Unknown<?>) fact).reason();
  }
}
