// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.section;

import java.util.List;
import java.util.Locale;
import org.sallyport.api.decision.KernelStep.Decide;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Rate;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Outcome;

/**
 * The chain of one rule of the policy: whatever matches the rule passes its first rule once, and is
 * counted there. Nothing in it depends on other rules or the generation, so that it stands, and
 * counts on, as long as the policy's rule does.
 */
final class CountingChains {

  private static final Rate LOG_RATE = new Rate(5, 20);
  private static final String LOG_STEM = "sallyport ";
  private static final int LOG_ROOM = 18;

  private CountingChains() {}

  static ChainSpec of(Decide step, Direction direction, RuleNames names) {
    Chain chain = names.chain(step.ruleId());
    Rule count = Rule.of(new Target.Count()).commented("rule " + step.ruleId());
    Rule end =
        step.action() == Action.LOG
            ? Rule.of(new Target.Log(LOG_STEM + logged(step.ruleId(), chain)), LOG_RATE)
            : Rule.of(new Target.GoTo(outcome(step.action()).chain(direction)));
    return new ChainSpec(chain, List.of(count, end), true);
  }

  /** What fits the kernel's prefix, which has room for no id of full length. */
  private static String logged(String ruleId, Chain chain) {
    return ruleId.length() <= LOG_ROOM
        ? ruleId
        : chain.name().substring(RuleNames.STEM.length()).toLowerCase(Locale.ROOT);
  }

  private static Outcome outcome(Action action) {
    return switch (action) {
      case ALLOW -> Outcome.ALLOW;
      case DENY -> Outcome.DENY;
      case REJECT -> Outcome.REJECT;
      case ASK, LOG -> throw new IllegalStateException(action + " does not decide in the kernel");
    };
  }
}
