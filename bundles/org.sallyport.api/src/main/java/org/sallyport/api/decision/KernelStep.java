// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.List;
import java.util.Objects;
import org.sallyport.api.rule.Action;

/**
 * What a backend does about one rule of the policy, at the rule's place in the order. All tests
 * must hold; none means every flow of the direction. Immutable.
 */
public sealed interface KernelStep {

  /**
   * The rule this is about.
   *
   * @return its id
   */
  String ruleId();

  /**
   * What a flow must be like.
   *
   * @return the tests, in the order written
   */
  List<FlowTest> tests();

  /**
   * The backend holds the rule exactly: it does what the rule says. {@link Action#LOG} records and
   * goes on with the next step, every other action ends the walk.
   *
   * @param ruleId the rule
   * @param action what to do; never {@link Action#ASK}
   * @param tests exactly the rule's criteria
   */
  record Decide(String ruleId, Action action, List<FlowTest> tests) implements KernelStep {
    /** Refuses null and copies the list. */
    public Decide {
      Objects.requireNonNull(ruleId, "ruleId");
      Objects.requireNonNull(action, "action");
      tests = List.copyOf(tests);
    }
  }

  /**
   * The backend cannot hold the rule. What the rule might claim goes on to the next backend of the
   * stack, so that no later step decides what belongs to this rule.
   *
   * @param ruleId the rule
   * @param tests those of the rule's criteria that the backend can ask: a superset of the rule
   * @param why why the backend cannot hold it, a sentence's end without a full stop
   */
  record PassOn(String ruleId, List<FlowTest> tests, String why) implements KernelStep {
    /** Refuses null and copies the list. */
    public PassOn {
      Objects.requireNonNull(ruleId, "ruleId");
      Objects.requireNonNull(why, "why");
      tests = List.copyOf(tests);
    }
  }
}
