// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.Locale;
import java.util.Optional;

/** What a rule does with a flow it matches. */
public enum Action {
  /** Let the flow pass. */
  ALLOW,
  /** Drop it silently. */
  DENY,
  /** Refuse it so that the program sees an error at once. */
  REJECT,
  /** Hold it and ask a person. */
  ASK,
  /** Record it and go on with the next rule. */
  LOG;

  /**
   * Reads the word of the rule text.
   *
   * @param word a lower-case word such as {@code allow}
   * @return the action, or empty if the word is none
   */
  public static Optional<Action> parse(String word) {
    for (Action action : values()) {
      if (action.word().equals(word)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  /**
   * The word of the rule text.
   *
   * @return the name in lower case
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether the action keeps a flow from passing; such a rule also applies on unknown facts in the
   * fail mode {@code unknown-operand: apply}.
   *
   * @return true for deny, reject and ask
   */
  public boolean refuses() {
    return this == DENY || this == REJECT || this == ASK;
  }
}
