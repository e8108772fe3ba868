// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.engine.internal.attribute.NameResolver;
import org.sallyport.engine.internal.plugin.PluginIdentity;
import org.sallyport.engine.internal.text.CriterionException;

/** Policies and flows for tests. */
final class Policies {

  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  static final PluginIdentity PLUGIN = new PluginIdentity("geo", "1.2.3", "[1.0.0,2.0.0)");

  private Policies() {}

  static Engine engine() {
    return new Engine(FakeNames::new, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  /** Knows the users root and alice and the group staff. */
  static final class FakeNames implements NameResolver {
    @Override
    public long userId(String name) {
      return switch (name) {
        case "root" -> 0;
        case "alice" -> 1000;
        default -> throw new CriterionException("there is no user '" + name + "'", "");
      };
    }

    @Override
    public long groupId(String name) {
      if (name.equals("staff")) {
        return 50;
      }
      throw new CriterionException("there is no group '" + name + "'", "");
    }
  }

  static StoredRule rule(String id, String text) {
    return rule(id, text, RuleDefinition.DEFAULT_PRIORITY, 100);
  }

  static StoredRule rule(String id, String text, int priority, int rank) {
    Origin origin = new Origin("test-" + rank, 1);
    return new StoredRule(
        "store" + rank,
        rank,
        new RuleDefinition(id, text, priority, true, "", origin),
        new RuleCounter());
  }

  /** Rules named a, b, c, … in order. */
  static List<StoredRule> rules(String... texts) {
    List<StoredRule> rules = new ArrayList<>();
    for (String text : texts) {
      rules.add(rule(String.format("r%04d", rules.size()), text));
    }
    return rules;
  }

  static PolicySource source(List<StoredRule> rules, boolean unknownRefuses, Verdict otherwise) {
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    Arrays.stream(Direction.values()).forEach(direction -> defaults.put(direction, otherwise));
    return new PolicySource(7, rules, defaults, unknownRefuses);
  }

  static PolicySnapshot snapshot(Engine engine, PolicySource source) {
    if (engine.compile(source) instanceof Compilation.Compiled compiled) {
      return compiled.snapshot();
    }
    throw new AssertionError("refused: " + problems(engine, source));
  }

  /** A policy whose default refuses, closed on unknown facts. */
  static PolicySnapshot closed(String... texts) {
    return snapshot(engine(), source(rules(texts), true, Verdict.DENY));
  }

  /** A policy whose default allows, closed on unknown facts. */
  static PolicySnapshot lenient(String... texts) {
    return snapshot(engine(), source(rules(texts), true, Verdict.ALLOW));
  }

  static List<RuleProblem> problems(Engine engine, PolicySource source) {
    return engine.compile(source) instanceof Compilation.Refused refused
        ? refused.problems()
        : List.of();
  }

  static List<RuleProblem> problems(String... texts) {
    return problems(engine(), source(rules(texts), true, Verdict.DENY));
  }

  static Evaluation judge(PolicySnapshot snapshot, Subjects.Case flow) {
    Evaluation evaluation = new Evaluation();
    snapshot.decide(flow.flow(), flow.subject(), evaluation);
    return evaluation;
  }

  /** Judges as a worker does, which may ask plugins. */
  static Evaluation judgeWaiting(PolicySnapshot snapshot, Subjects.Case flow) {
    Evaluation evaluation = new Evaluation();
    evaluation.mayWait(true);
    snapshot.decide(flow.flow(), flow.subject(), evaluation);
    return evaluation;
  }

  static Decision decide(PolicySnapshot snapshot, String flow) {
    try {
      var hypothesis = engine().parseFlow(List.of(flow.split(" ")));
      return judge(snapshot, new Subjects.Case(hypothesis.flow(), hypothesis.subject())).decision();
    } catch (RuleSyntaxException e) {
      throw new AssertionError(flow + ": " + e.getMessage(), e);
    }
  }

  static Verdict verdict(PolicySnapshot snapshot, String flow) {
    return decide(snapshot, flow).verdict();
  }
}
