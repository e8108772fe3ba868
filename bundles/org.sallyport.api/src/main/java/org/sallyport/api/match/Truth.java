// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

/** The three values of matching, with Kleene's tables. */
public enum Truth {
  /** The criterion holds. */
  MATCH,
  /** It does not. */
  NO_MATCH,
  /** It cannot be said, because a fact is missing. */
  UNKNOWN,
  /**
   * It cannot be said yet: a fact is on its way. Counts as {@link #UNKNOWN} once the time is up.
   */
  PENDING;

  /**
   * Turns a yes or no into a truth value.
   *
   * @param holds whether it holds
   * @return {@link #MATCH} or {@link #NO_MATCH}
   */
  public static Truth of(boolean holds) {
    return holds ? MATCH : NO_MATCH;
  }

  /**
   * Kleene's NOT.
   *
   * @return the opposite; what is unknown stays so
   */
  public Truth not() {
    return switch (this) {
      case MATCH -> NO_MATCH;
      case NO_MATCH -> MATCH;
      case UNKNOWN -> UNKNOWN;
      case PENDING -> PENDING;
    };
  }
}
