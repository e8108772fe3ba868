// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.List;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectView;

/**
 * A criterion on the files that a process's ancestors run.
 *
 * @param test holds one executable against the criterion's paths
 * @param depth how many ancestors count, parent first
 * @param negated whether none of them may match
 */
record AncestorMatcher(ValueTest<Executable> test, int depth, boolean negated) implements Matcher {

  @Override
  public ReadSet reads() {
    return Reads.ANCESTORS;
  }

  @Override
  public Truth test(FlowView flow, SubjectView subject) {
    Fact<List<Ancestor>> fact = subject.ancestors();
    if (!(fact instanceof Fact.Known<List<Ancestor>> known)) {
      return FactMatcher.ofMissing(fact);
    }
    Truth any = any(known.value());
    return any == null ? Truth.NO_MATCH : negated ? any.not() : any;
  }

  /** Kleene's OR over the ancestors that run a file, or null if there are none: an absent fact. */
  private Truth any(List<Ancestor> ancestors) {
    Truth any = null;
    int count = Math.min(depth, ancestors.size());
    for (int i = 0; i < count && any != Truth.MATCH; i++) {
      Fact<Executable> fact = ancestors.get(i).executable();
      if (!(fact instanceof Fact.Absent)) {
        Truth one =
            fact instanceof Fact.Known<Executable> known
                ? test.test(known.value())
                : FactMatcher.ofMissing(fact);
        any = any == null ? one : or(any, one);
      }
    }
    return any;
  }

  private static Truth or(Truth a, Truth b) {
    if (b == Truth.MATCH || a == Truth.NO_MATCH) {
      return b;
    }
    return b == Truth.PENDING ? Truth.PENDING : a;
  }
}
