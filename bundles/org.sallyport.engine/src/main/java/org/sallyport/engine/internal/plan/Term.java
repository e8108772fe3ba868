// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.Objects;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.plugin.PluginCriterion;

/** One criterion as a planner sees it. Immutable. */
public sealed interface Term {

  /**
   * A kernel can ask it by itself.
   *
   * @param test the same question
   */
  record Test(FlowTest test) implements Term {
    /** Refuses null. */
    public Test {
      Objects.requireNonNull(test, "test");
    }
  }

  /**
   * Only the engine can ask it, or nobody.
   *
   * @param why a sentence's end without a full stop
   */
  record Beyond(String why) implements Term {
    /** Refuses null. */
    public Beyond {
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * How a compiled criterion looks to a planner.
   *
   * @param criterion as written
   * @param question what the engine asks for it
   */
  static Term of(Criterion criterion, Question question) {
    return question
        .flowTest()
        .<Term>map(Test::new)
        .orElseGet(() -> new Beyond(why(criterion, question)));
  }

  private static String why(Criterion criterion, Question question) {
    if (question instanceof Question.NeverHere nobody) {
      return nobody.missing();
    }
    if (question instanceof PluginCriterion) {
      return "only the packet core asks plugins, and " + criterion.attribute() + " is a plugin's";
    }
    return criterion.operator() == Operator.EQUALS
        ? "only the packet core knows " + criterion.attribute()
        : "only the packet core holds " + criterion.attribute() + " against a pattern";
  }
}
