// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.Catalog.Trust;
import org.sallyport.engine.internal.plugin.Waiting;
import org.sallyport.engine.internal.text.RuleReader;

/**
 * Has plugins compile their criteria before a policy is compiled: side by side, each on its own
 * thread, and all within one deadline, so that no number of slow plugins and criteria holds the
 * thread that compiles for longer.
 */
final class Preparations {

  private Preparations() {}

  /** Returns once all are done, or the deadline has passed. */
  static void await(Catalog catalog, ZoneId zone, List<StoredRule> rules) {
    Set<String> names = catalog.foreignNames();
    if (names.isEmpty()) {
      return;
    }
    Waiting waiting = catalog.waiting();
    for (StoredRule rule : rules) {
      String text = rule.definition().text();
      if (rule.definition().enabled() && names.stream().anyMatch(text::contains)) {
        begin(catalog, zone, rule, waiting);
      }
    }
    waiting.await();
  }

  private static void begin(Catalog catalog, ZoneId zone, StoredRule rule, Waiting waiting) {
    Trust trust = rule.inForce() ? Trust.IN_FORCE : Trust.STORED;
    try {
      RuleReader reader = new RuleReader(catalog.checkFor(trust), zone);
      for (Criterion criterion : reader.read(rule.definition().text()).criteria()) {
        if (!criterion.attribute().equals(Catalog.UNKNOWN)
            && catalog.provider(criterion.attribute(), trust)
                instanceof Catalog.Provider.Foreign foreign) {
          waiting.add(foreign.attribute().prepare(criterion));
        }
      }
    } catch (RuleSyntaxException | IllegalArgumentException e) {
      // The compilation itself tells what is wrong.
    }
  }
}
