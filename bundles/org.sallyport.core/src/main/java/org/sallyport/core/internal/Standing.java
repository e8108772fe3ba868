// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.rule.RuleDefinition;

/**
 * Whether the policy holds what was asked for. A store that holds something wrong stays at what was
 * good last, so a change may be written and yet not be in force.
 */
final class Standing {

  private final Firewall firewall;

  Standing(Firewall firewall) {
    this.firewall = firewall;
  }

  /** Whether the policy has the rule in these words, switched on or off as wanted. */
  boolean stands(RuleDefinition wanted) {
    return firewall.book().rules().stream()
        .map(StoredRule::definition)
        .anyMatch(
            rule ->
                rule.id().equals(wanted.id())
                    && rule.text().equals(wanted.text())
                    && rule.enabled() == wanted.enabled());
  }

  /** Whether the policy has a rule of that id. */
  boolean has(String id) {
    return firewall.book().rules().stream().anyMatch(rule -> rule.definition().id().equals(id));
  }

  /** Why a change that was written is not in force. */
  BackendException fallenBack() {
    String why =
        firewall.state().stores().stream()
            .flatMap(store -> store.errors().stream())
            .map(error -> error.origin() + ": " + error.message())
            .findFirst()
            .orElse("see fw:stores");
    return new BackendException("the store's last good rules stay in force: " + why, null);
  }
}
