// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.function.Function;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectView;

/**
 * A criterion on one fact about the subject.
 *
 * @param getter reads the fact
 * @param reads what the fact is a function of
 * @param test holds a known value against the criterion's
 * @param negated whether none of the values may hold
 * @param <T> the type of the value
 */
record FactMatcher<T>(
    Function<SubjectView, Fact<T>> getter,
    ReadSet reads,
    ValueTest<? super T> test,
    boolean negated)
    implements Matcher {

  @Override
  public Truth test(FlowView flow, SubjectView subject) {
    Fact<T> fact = getter.apply(subject);
    if (fact instanceof Fact.Known<T> known) {
      Truth truth = test.test(known.value());
      return negated ? truth.not() : truth;
    }
    return ofMissing(fact);
  }

  /** What a criterion says about a fact without a value, negated or not. */
  static Truth ofMissing(Fact<?> fact) {
    if (fact instanceof Fact.Absent) {
      return Truth.NO_MATCH;
    }
    return fact instanceof Fact.Pending ? Truth.PENDING : Truth.UNKNOWN;
  }
}
