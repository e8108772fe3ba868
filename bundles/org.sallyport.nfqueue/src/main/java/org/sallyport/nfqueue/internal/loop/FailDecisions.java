// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;

/**
 * What happens to a packet that the policy cannot speak about. Each situation has one decision per
 * revision and order, so that comparing by identity is enough here too. Owned by the agent.
 */
final class FailDecisions {

  private final RuleCounter counter = new RuleCounter();
  private final Map<Situation, Decision> made = new EnumMap<>(Situation.class);
  private FailModes modes = FailModes.CLOSED;
  private long revision;

  /** Follows a change of the fail modes or of the policy. */
  void follow(FailModes nowModes, long nowRevision) {
    if (!modes.equals(nowModes) || revision != nowRevision) {
      modes = nowModes;
      revision = nowRevision;
      made.clear();
    }
  }

  /** What is to be done in the situation. */
  Choice choice(Situation situation) {
    return modes.choice(situation);
  }

  /** Whether the situation lets packets pass. */
  boolean lets(Situation situation) {
    return verdictOf(modes.choice(situation)) == Verdict.ALLOW;
  }

  /** The decision for a packet in the situation. */
  Decision of(Situation situation) {
    Decision known = made.get(situation);
    if (known == null) {
      known = make(situation, modes.choice(situation));
      made.put(situation, known);
    }
    return known;
  }

  private Decision make(Situation situation, Choice choice) {
    String reason = "fail mode " + situation.word() + " is " + choice.word();
    return new Decision(verdictOf(choice), Optional.empty(), reason, revision, counter);
  }

  /** Everything that does not say that packets pass refuses them. */
  private static Verdict verdictOf(Choice choice) {
    return switch (choice) {
      case ACCEPT, SKIP -> Verdict.ALLOW;
      case REJECT -> Verdict.REJECT;
      case DROP_NEW, DROP_ALL, DROP, HOLD, UNKNOWN, APPLY, COUNTED -> Verdict.DENY;
    };
  }
}
