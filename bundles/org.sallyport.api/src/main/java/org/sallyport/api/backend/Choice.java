// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.Locale;

/** What to do in a {@link Situation}. */
public enum Choice {
  /** Refuse new flows; those already allowed go on. */
  DROP_NEW,
  /** Refuse every packet. */
  DROP_ALL,
  /** Refuse silently. */
  DROP,
  /** Refuse so that the program sees an error. */
  REJECT,
  /** Let pass. */
  ACCEPT,
  /** Wait, for a bounded time, then drop. */
  HOLD,
  /** Treat the fact as unknown. */
  UNKNOWN,
  /** A refusing rule applies also where a fact is unknown. */
  APPLY,
  /** A refusing rule is skipped where a fact is unknown. */
  SKIP,
  /** Nothing to choose: counted and shown. */
  COUNTED;

  /**
   * The word a person types.
   *
   * @return lower case with hyphens, for example {@code drop-new}
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
