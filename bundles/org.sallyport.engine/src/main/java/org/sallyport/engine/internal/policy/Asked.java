// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.plugin.PluginCriterion;

/**
 * One criterion of a rule, ready to be asked.
 *
 * @param position its place in the rule as written
 * @param criterion as written
 * @param cost what asking costs; cheaper ones are asked first
 * @param question answers, negation included
 */
record Asked(int position, Criterion criterion, int cost, Question question) {

  /**
   * Whether a plugin is to blame that the answer is not known: it failed, or had to be left out
   * because the caller could not wait for it. A fact that it says it does not know is another case.
   *
   * @param errorsBefore the errors counted before it was asked
   */
  boolean failed(int errorsBefore, Truth truth, Evaluation out) {
    return out.pluginErrors() != errorsBefore
        || (truth == Truth.PENDING
            && !out.mayWait()
            && question instanceof PluginCriterion p
            && p.isCode());
  }

  /** The same with another question behind it. */
  Asked with(Question other) {
    return new Asked(position, criterion, cost, other);
  }
}
