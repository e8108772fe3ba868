// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.subject.ProcessId;

/** A policy in parts, so that a failing one can be made smaller. */
record PolicyShape(List<Rule> rules, Map<Direction, Verdict> defaults, boolean closed) {

  /** What somebody must know to ask a criterion. */
  enum Reach {
    /** Every kernel. */
    KERNEL,
    /** Only the engine. */
    ENGINE,
    /** Nobody on this host. */
    NOBODY
  }

  record Clause(String text, Reach reach) {}

  record Rule(
      String id, String head, List<Clause> clauses, String tail, RuleDefinition definition) {

    String text() {
      String criteria = clauses.stream().map(c -> " " + c.text()).collect(Collectors.joining());
      return head + criteria + tail;
    }

    boolean reaches(Reach reach) {
      return clauses.stream().anyMatch(clause -> clause.reach() == reach);
    }

    boolean refuses() {
      return head.startsWith("deny") || head.startsWith("reject");
    }

    boolean permanent() {
      String rest = tail.replaceFirst(" unknown=(apply|skip)", "");
      return rest.isEmpty();
    }

    Rule with(List<Clause> fewer, String otherTail) {
      return new Rule(id, head, fewer, otherTail, definition);
    }

    private StoredRule stored() {
      RuleDefinition written =
          new RuleDefinition(
              id, text(), definition.priority(), definition.enabled(), "", new Origin("test", 1));
      Optional<ProcessId> process =
          tail.contains("until-exit") ? Optional.of(new ProcessId(42, 1)) : Optional.empty();
      // What nobody knows any more was known when the rule came into force.
      return new StoredRule("test", 100, written, new RuleCounter(), process, true);
    }

    /** Whether it can ever apply where facts that nobody knows count as the policy says. */
    boolean canApply(boolean closed) {
      if (!definition.enabled() || tail.contains("until 2020")) {
        return false;
      }
      boolean applies =
          tail.contains("unknown=apply") || (closed && !tail.contains("unknown=skip"));
      return !reaches(Reach.NOBODY) || (refuses() && applies);
    }
  }

  PolicySource source() {
    List<StoredRule> stored = rules.stream().map(Rule::stored).toList();
    return new PolicySource(7, stored, defaults, closed);
  }

  Rule rule(String id) {
    return rules.stream().filter(rule -> rule.id().equals(id)).findFirst().orElseThrow();
  }

  /** Every policy that is one step smaller. */
  List<PolicyShape> smaller() {
    List<PolicyShape> smaller = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      List<Rule> without = new ArrayList<>(rules);
      without.remove(i);
      smaller.add(new PolicyShape(without, defaults, closed));
    }
    for (int i = 0; i < rules.size(); i++) {
      for (Rule simpler : simpler(rules.get(i))) {
        List<Rule> changed = new ArrayList<>(rules);
        changed.set(i, simpler);
        smaller.add(new PolicyShape(changed, defaults, closed));
      }
    }
    return smaller;
  }

  private static List<Rule> simpler(Rule rule) {
    List<Rule> simpler = new ArrayList<>();
    for (int i = 0; i < rule.clauses().size(); i++) {
      List<Clause> fewer = new ArrayList<>(rule.clauses());
      fewer.remove(i);
      simpler.add(rule.with(fewer, rule.tail()));
    }
    if (!rule.tail().isEmpty()) {
      simpler.add(rule.with(rule.clauses(), ""));
    }
    return simpler;
  }

  @Override
  public String toString() {
    return rules.stream()
        .map(
            rule ->
                String.format(
                    "  %s %d%s %s%n",
                    rule.id(),
                    rule.definition().priority(),
                    rule.definition().enabled() ? "" : " (off)",
                    rule.text()))
        .collect(Collectors.joining("", "", "  defaults " + defaults + ", closed " + closed));
  }
}
