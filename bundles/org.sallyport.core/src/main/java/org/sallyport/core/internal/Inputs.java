// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.core.internal.settings.Settings;

/**
 * What a policy in force was made from. Instances of parts do not count, since a part that was
 * stopped and started again changes nothing; an engine's code does.
 *
 * @param rules the rules of all stores
 * @param settings the settings
 * @param engine the code that compiled them: another class, or the same from another class loader,
 *     is another engine
 * @param engineChanges how often plugins changed what the engine makes of the same rules
 * @param backends the names of the backends of the stack that are there
 */
record Inputs(
    List<StoredRule> rules,
    Settings settings,
    Optional<Class<?>> engine,
    long engineChanges,
    List<String> backends) {

  static Inputs of(List<StoredRule> rules, Settings settings, Parts parts) {
    Optional<Class<?>> code = parts.engine().map(PolicyEngine::getClass);
    List<String> names =
        ActiveBackends.present(settings.stack(), parts.backends()).stream()
            .map(Backend::name)
            .toList();
    long changes = parts.engine().map(PolicyEngine::changes).orElse(0L);
    return new Inputs(rules, settings, code, changes, names);
  }
}
