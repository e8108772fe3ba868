// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.attribute.Attribute;

/**
 * One criterion of a rule, ready to be asked.
 *
 * @param position its place in the rule as written
 * @param criterion as written
 * @param cost what asking costs; cheaper ones are asked first
 * @param matcher answers, negation included
 * @param describer tells the flow's own value
 */
record Asked(
    int position, Criterion criterion, int cost, Matcher matcher, Attribute.Describer describer) {

  /** The same with another matcher behind it. */
  Asked with(Matcher other) {
    return new Asked(position, criterion, cost, other, describer);
  }

  /** Asks; a matcher that throws or answers nothing knows nothing. */
  Truth test(FlowView flow, SubjectView subject) {
    try {
      Truth truth = matcher.test(flow, subject);
      return truth == null ? Truth.UNKNOWN : truth;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return Truth.UNKNOWN;
    }
  }
}
