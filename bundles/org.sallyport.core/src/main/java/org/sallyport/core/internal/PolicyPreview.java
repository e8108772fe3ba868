// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.core.internal.document.PolicyDocument;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.policy.StoreBook;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;

/** Checks a policy as a whole before anything is changed. Confined to the control thread. */
final class PolicyPreview {

  private final Firewall firewall;
  private final Parts parts;

  PolicyPreview(Firewall firewall, Parts parts) {
    this.firewall = firewall;
    this.parts = parts;
  }

  /** What commands must have set for the settings of a document to stand. */
  Map<String, String> overrides(PolicyDocument document) {
    Map<String, String> now = firewall.settings().current().policyTexts();
    Map<String, String> overrides = new TreeMap<>(firewall.settings().overrides());
    for (Map.Entry<String, String> entry : document.settings().entrySet()) {
      if (!entry.getValue().equals(now.get(entry.getKey()))) {
        overrides = new TreeMap<>(SettingsFiles.with(overrides, entry.getKey(), entry.getValue()));
      }
    }
    return overrides;
  }

  /**
   * Checks that a document can stand in the place of the console's part.
   *
   * @param gone the ids of other rules that will not be there
   * @param place where a rule of it is written, by its id
   * @throws AdminException if it cannot
   */
  void check(PolicyDocument document, Set<String> gone, UnaryOperator<String> place) {
    Settings settings = settings(document);
    List<StoredRule> rules = new ArrayList<>();
    Set<String> own = new HashSet<>(gone);
    firewall.console().rules().forEach(rule -> own.add(rule.id()));
    Set<String> taken = new HashSet<>();
    for (StoredRule rule : firewall.book().rules()) {
      if (!own.contains(rule.definition().id())) {
        rules.add(rule);
        taken.add(rule.definition().id());
      }
    }
    RuleStore store = present(firewall.console().store());
    for (PolicyRule rule : document.rules()) {
      if (taken.contains(rule.id())) {
        throw taken(rule.id(), rules, place);
      }
      rules.add(stored(rule, store));
    }
    PolicySnapshot unused = compile(rules, settings, place);
  }

  private RuleStore present(String storeName) {
    return parts.store(storeName).orElseThrow(() -> new StoreAway(storeName));
  }

  private static AdminException taken(
      String id, List<StoredRule> rules, UnaryOperator<String> place) {
    Origin other =
        rules.stream()
            .filter(rule -> rule.definition().id().equals(id))
            .findFirst()
            .orElseThrow()
            .definition()
            .origin();
    return AdminException.refused(
        "the rule '" + id + "' stands in " + other + " already, which this never changes",
        place.apply(id),
        "choose another id, or take it out there");
  }

  private Settings settings(PolicyDocument document) {
    Settings settings = firewall.settings().preview(overrides(document));
    settings
        .defaults()
        .forEach(
            (direction, verdict) -> {
              if (verdict != Verdict.ALLOW
                  && !firewall.holding().directions().contains(direction)) {
                String word = direction.name().toLowerCase(Locale.ROOT);
                throw AdminException.refused(
                    "no active backend judges traffic of the direction " + word,
                    "defaults." + word,
                    "its default stays allow");
              }
            });
    return settings;
  }

  private static StoredRule stored(PolicyRule rule, RuleStore store) {
    boolean files = store.name().equals(SettingsFiles.FILE_STORE);
    return new StoredRule(
        store.name(),
        files ? store.rank() : StoreBook.LODGED_RANK,
        Console.definition(rule, new Origin(store.name(), 0)),
        new RuleCounter());
  }

  private PolicySnapshot compile(
      List<StoredRule> rules, Settings settings, UnaryOperator<String> place) {
    Compilation result =
        PolicyMaker.compile(
            firewall.engine(), firewall.revision() + 1, rules, settings, firewall.holding());
    if (result instanceof Compilation.Refused refused) {
      RuleProblem problem = refused.problems().get(0);
      throw new AdminException(
          problem.kind() == RuleProblem.Kind.TEXT
              ? AdminException.Kind.USAGE
              : AdminException.Kind.REFUSED,
          "rule " + problem.ruleId() + ": " + problem.message(),
          place.apply(problem.ruleId()),
          problem.hint(),
          null);
    }
    return ((Compilation.Compiled) result).snapshot();
  }

  /**
   * Checks that the policy is the same when some rules live elsewhere.
   *
   * @throws AdminException if another order would come of it
   */
  void checkMove(String storeName, List<PolicyRule> moving, boolean files) {
    RuleStore store = present(storeName);
    Set<String> ids = new HashSet<>();
    moving.forEach(rule -> ids.add(rule.id()));
    List<StoredRule> rules = new ArrayList<>();
    for (StoredRule rule : firewall.book().rules()) {
      boolean moves = ids.contains(rule.definition().id());
      rules.add(
          moves
              ? new StoredRule(
                  storeName,
                  files ? store.rank() : StoreBook.LODGED_RANK,
                  rule.definition(),
                  rule.counter(),
                  rule.process())
              : rule);
    }
    Settings settings = firewall.settings().current();
    PolicySnapshot after = compile(rules, settings, id -> storeName);
    PolicySnapshot before = compile(firewall.book().rules(), settings, id -> storeName);
    if (!canonical(before).equals(canonical(after))) {
      throw AdminException.refused(
          "the rules would be asked in another order there", storeName, "give them priorities");
    }
  }

  private static List<String> canonical(PolicySnapshot snapshot) {
    List<String> lines = new ArrayList<>();
    for (CompiledRule rule : snapshot.rules()) {
      lines.add(
          rule.definition().id()
              + " "
              + rule.definition().priority()
              + " "
              + rule.definition().enabled()
              + " "
              + rule.canonicalText());
    }
    return lines;
  }
}
