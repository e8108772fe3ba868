// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.Truth;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.SubjectView;

/** What {@code process.pid} means in a rule until exit: one process, not whoever has its number. */
public final class BoundProcess {

  private BoundProcess() {}

  /** Matches flows of exactly this process. */
  public static Matcher of(ProcessId process) {
    return new FactMatcher<>(
        SubjectView::process, Reads.PROCESS, found -> same(process, found), false);
  }

  /** A made-up flow names a pid without a start time: whether that is the same one is unknown. */
  private static Truth same(ProcessId process, ProcessId found) {
    if (found.equals(process)) {
      return Truth.MATCH;
    }
    boolean startKnown = found.startTimeTicks() != 0;
    return found.pid() != process.pid() || startKnown ? Truth.NO_MATCH : Truth.UNKNOWN;
  }
}
