// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.List;
import java.util.Objects;

/**
 * One test of a rule, as written: {@code [!]attribute=value[,value…]}.
 *
 * @param attribute the attribute's name, for example {@code process.exe}
 * @param operator how it is compared
 * @param values at least one value, in the order written; exactly one unless the operator is {@link
 *     Operator#EQUALS}
 * @param negated whether none of the values may hold
 */
public record Criterion(String attribute, Operator operator, List<String> values, boolean negated) {

  /** Refuses an empty list and copies it. */
  public Criterion {
    Objects.requireNonNull(attribute, "attribute");
    Objects.requireNonNull(operator, "operator");
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("the criterion on " + attribute + " has no value");
    }
    if (operator != Operator.EQUALS && values.size() != 1) {
      throw new IllegalArgumentException(
          "the criterion on " + attribute + " takes one value after " + operator.sign());
    }
  }
}
