// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.event.FlowEvent;

/** Tells how flows would be judged now. Any thread. */
final class Explaining {

  /** Who looks at the policy, for people. */
  private static final String EXPLAIN = "fw:explain";

  private final Firewall firewall;

  Explaining(Firewall firewall) {
    this.firewall = firewall;
  }

  /** A made-up flow. */
  Explanation flow(List<String> words) {
    return firewall.slot().look(EXPLAIN, policy -> explain(policy, words));
  }

  /** The engine too is taken under the reader's epoch: it must not leave while it reads. */
  private Explanation explain(Optional<PolicySnapshot> policy, List<String> words) {
    try {
      Hypothesis hypothesis = firewall.engine().parseFlow(words);
      return published(policy).explain(hypothesis.flow(), hypothesis.subject());
    } catch (RuleSyntaxException e) {
      throw new AdminException(
          AdminException.Kind.USAGE, e.getMessage(), "column " + e.column(), e.hint(), e);
    }
  }

  /** The flow judged last. */
  Explanation last() {
    FlowEvent last =
        firewall
            .events()
            .last()
            .orElseThrow(() -> AdminException.refused("no flow was judged yet", "last", ""));
    return firewall
        .slot()
        .look(EXPLAIN, policy -> published(policy).explain(last.flow(), last.subject()));
  }

  private static PolicySnapshot published(Optional<PolicySnapshot> policy) {
    return policy.orElseThrow(
        () -> AdminException.refused("no policy is published yet", "", "see fw:status"));
  }
}
