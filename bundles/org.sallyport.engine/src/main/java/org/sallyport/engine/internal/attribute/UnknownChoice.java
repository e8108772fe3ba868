// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.List;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.engine.internal.text.CriterionException;

/** What a refusing rule does where one of its facts is unknown. */
public enum UnknownChoice {
  /** What the fail mode {@code unknown-operand} says. */
  BY_FAIL_MODE,
  /** It applies: {@code unknown=apply}. */
  APPLY,
  /** It is skipped: {@code unknown=skip}. */
  SKIP;

  /** Reads the pseudo-criterion. */
  static UnknownChoice of(Criterion criterion) {
    boolean plain = criterion.operator() == Operator.EQUALS && !criterion.negated();
    if (plain && criterion.values().equals(List.of("apply"))) {
      return APPLY;
    }
    if (plain && criterion.values().equals(List.of("skip"))) {
      return SKIP;
    }
    throw new CriterionException(
        "unknown= takes one of the words apply and skip", "Write unknown=apply or unknown=skip.");
  }

  /**
   * The choice a rule makes.
   *
   * @throws CriterionException if it makes two
   */
  public static UnknownChoice of(List<Criterion> criteria) {
    UnknownChoice choice = BY_FAIL_MODE;
    for (Criterion criterion : criteria) {
      if (criterion.attribute().equals(Catalog.UNKNOWN)) {
        if (choice != BY_FAIL_MODE) {
          throw new CriterionException("unknown= stands twice", "Keep one of them.");
        }
        choice = of(criterion);
      }
    }
    return choice;
  }

  /** Whether the rule applies where a fact is unknown. */
  public boolean applies(boolean failModeApplies) {
    return this == APPLY || (this == BY_FAIL_MODE && failModeApplies);
  }
}
