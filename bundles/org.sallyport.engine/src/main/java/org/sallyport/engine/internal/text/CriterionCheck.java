// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

import org.sallyport.api.rule.Criterion;

/** Knows which criteria make sense. */
@FunctionalInterface
public interface CriterionCheck {

  /**
   * Looks at one criterion.
   *
   * @param criterion the criterion
   * @throws IllegalArgumentException if the attribute or a value makes no sense
   */
  void check(Criterion criterion);
}
