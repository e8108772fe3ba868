// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.SubjectView;

/** A compiled criterion as a decision asks it. Thread-safe; does not throw. */
public interface Question {

  /**
   * Asks, and notes in the evaluation what the answer rests on. Does not block or allocate unless
   * the evaluation may wait.
   */
  Truth ask(FlowView flow, SubjectView subject, Evaluation out);

  /** Tells the flow's own value, or why there is none. For people: allocates. */
  String describe(FlowView flow, SubjectView subject);

  /**
   * The criterion in terms that a kernel asks by itself, if it has such a form: it matches exactly
   * where the test holds. A plugin's has none, since its answer may change while the policy stands.
   * For the control thread: allocates.
   */
  default Optional<FlowTest> flowTest() {
    return Optional.empty();
  }

  /** One of the engine's own matchers, which may be asked on any thread. */
  record Own(Matcher matcher, ReadSet reads, Attribute.Describer describer) implements Question {

    private static final ReadSet MAY_BE_FOUND = ReadSet.of(Volatility.PROCESS);

    /** Refuses null. */
    public Own {
      Objects.requireNonNull(matcher, "matcher");
      Objects.requireNonNull(reads, "reads");
      Objects.requireNonNull(describer, "describer");
    }

    /** Asks that matcher. */
    public Own(Matcher matcher, Attribute.Describer describer) {
      this(matcher, matcher.reads(), describer);
    }

    @Override
    public Truth ask(FlowView flow, SubjectView subject, Evaluation out) {
      out.rest(reads);
      try {
        Truth truth = matcher.test(flow, subject);
        if (truth == Truth.UNKNOWN) {
          out.rest(MAY_BE_FOUND); // what was lost may be found the next time
        }
        return truth;
      } catch (RuntimeException | LinkageError | StackOverflowError e) {
        out.rest(Volatility.VOLATILE);
        return Truth.UNKNOWN; // a view that breaks its promise not to throw knows nothing
      }
    }

    @Override
    public Optional<FlowTest> flowTest() {
      return matcher instanceof Lowerable one ? one.flowTest() : Optional.empty();
    }

    @Override
    public String describe(FlowView flow, SubjectView subject) {
      return describer.describe(flow, subject);
    }
  }

  /** Nobody knows the fact here. */
  record NeverHere(String missing) implements Question {
    @Override
    public Truth ask(FlowView flow, SubjectView subject, Evaluation out) {
      return Truth.UNKNOWN; // for as long as this policy stands
    }

    @Override
    public String describe(FlowView flow, SubjectView subject) {
      return "never here: " + missing;
    }
  }
}
