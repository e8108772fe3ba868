// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.attribute.Question;

/**
 * One criterion of a rule, ready to be asked.
 *
 * @param position its place in the rule as written
 * @param criterion as written
 * @param cost what asking costs; cheaper ones are asked first
 * @param question answers, negation included
 */
record Asked(int position, Criterion criterion, int cost, Question question) {

  /** The same with another question behind it. */
  Asked with(Question other) {
    return new Asked(position, criterion, cost, other);
  }
}
