// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleCounter;

/** Shows the rules of a snapshot to people. Thread-safe. */
final class RuleInfos {

  private final Firewall firewall;

  RuleInfos(Firewall firewall) {
    this.firewall = firewall;
  }

  List<RuleInfo> all() {
    return firewall
        .slot()
        .look(
            "fw:rules",
            policy ->
                policy
                    .map(snapshot -> snapshot.rules().stream().map(this::info).toList())
                    .orElse(List.of()));
  }

  Optional<RuleInfo> find(String id) {
    return firewall.slot().look("fw:show", policy -> policy.flatMap(s -> find(s, id)));
  }

  RuleInfo current(String id) {
    return find(id).orElseThrow(() -> noSuchRule(id));
  }

  RuleInfo of(PolicySnapshot snapshot, String id) {
    return find(snapshot, id).orElseThrow(() -> noSuchRule(id));
  }

  private static AdminException noSuchRule(String id) {
    return AdminException.refused("there is no rule '" + id + "'", id, "see fw:rules");
  }

  private Optional<RuleInfo> find(PolicySnapshot snapshot, String id) {
    return snapshot.rules().stream()
        .filter(rule -> rule.definition().id().equals(id))
        .findFirst()
        .map(this::info);
  }

  private RuleInfo info(CompiledRule rule) {
    RuleCounter counter = rule.counter();
    long lastHitMs = counter.lastHitMs();
    return new RuleInfo(
        rule.definition().id(),
        rule.canonicalText(),
        rule.rule().action(),
        rule.rule().direction(),
        rule.definition().priority(),
        rule.definition().enabled(),
        rule.store(),
        backend(rule),
        counter.packets(),
        counter.bytes(),
        lastHitMs == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastHitMs)),
        rule.definition().comment(),
        rule.definition().origin(),
        rule.unresolved());
  }

  private Optional<String> backend(CompiledRule rule) {
    if (!rule.definition().enabled() || rule.unresolved().isPresent()) {
      return Optional.empty();
    }
    return firewall
        .enforcer()
        .plan()
        .holder(rule.definition().id())
        .filter(
            name ->
                firewall.state().backends().stream()
                    .anyMatch(backend -> backend.active() && backend.name().equals(name)));
  }
}
