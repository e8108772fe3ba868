// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.KernelStep;

/** Shows and changes which backends carry the policy. Confined to the control thread. */
final class StackChanges {

  private final Firewall firewall;
  private final Parts parts;
  private final SettingChanges settings;

  StackChanges(Firewall firewall, Parts parts, SettingChanges settings) {
    this.firewall = firewall;
    this.parts = parts;
    this.settings = settings;
  }

  /** Plans the policy in force for a stack, or for the active one if none is named. */
  EnforcementPlan plan(List<String> names) {
    List<Backend> stack = stack(names.isEmpty() ? firewall.enforcer().stack() : names);
    return show(planOf(stack), stack);
  }

  /** Makes a stack the active one. */
  EnforcementPlan use(List<String> names, Execution execution) {
    List<Backend> stack = stack(names);
    StackPlan plan = planOf(stack);
    if (!plan.leftOver().isEmpty()) {
      KernelStep.PassOn left = plan.leftOver().get(0);
      throw AdminException.refused(
          plan.refusal(left), "rule " + left.ruleId(), "put nfqueue behind it, or change the rule");
    }
    if (!execution.dryRun()) {
      settings.setStack(String.join(",", names));
    }
    return show(plan, stack);
  }

  private List<Backend> stack(List<String> names) {
    if (names.isEmpty() || Set.copyOf(names).size() < names.size()) {
      throw AdminException.usage(
          "backends are named each once, at least one of them", String.join(",", names), "");
    }
    try {
      return ActiveBackends.whole(names, parts.backends());
    } catch (BackendException e) {
      throw AdminException.refused(e.getMessage(), String.join(",", names), "see fw:backends");
    }
  }

  private StackPlan planOf(List<Backend> stack) {
    try {
      return firewall.enforcer().planOf(stack);
    } catch (BackendException e) {
      throw AdminException.refused(e.getMessage(), "", "see fw:backends");
    }
  }

  private EnforcementPlan show(StackPlan plan, List<Backend> stack) {
    List<EnforcementPlan.Part> backends = new ArrayList<>();
    for (Backend backend : stack) {
      boolean active = firewall.enforcer().plan().stack().contains(backend.name());
      List<String> installs = firewall.enforcer().describe(backend, plan);
      backends.add(new EnforcementPlan.Part(backend.name(), active, installs));
    }
    List<EnforcementPlan.Place> rules = new ArrayList<>();
    firewall
        .slot()
        .current()
        .ifPresent(
            policy ->
                policy.rules().stream()
                    .filter(rule -> rule.definition().enabled())
                    .forEach(rule -> rules.add(place(rule, plan))));
    return new EnforcementPlan(backends, rules, plan.leftOver().isEmpty());
  }

  private static EnforcementPlan.Place place(CompiledRule rule, StackPlan plan) {
    String id = rule.definition().id();
    return new EnforcementPlan.Place(
        id, rule.canonicalText(), plan.holder(id), rule.unresolved().orElseGet(() -> plan.why(id)));
  }
}
