// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.HostFiles;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.NameResolver;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.RefusedRuleException;
import org.sallyport.engine.internal.text.RulePrinter;

/** Turns the rules of all stores into a snapshot, or tells everything that is wrong with them. */
public final class PolicyCompiler {

  private static final Comparator<StoredRule> ORDER =
      Comparator.comparingInt((StoredRule rule) -> rule.definition().priority())
          .thenComparingInt(StoredRule::storeRank)
          .thenComparing(rule -> rule.definition().id());

  private final Catalog catalog;
  private final Supplier<NameResolver> names;
  private final HostFiles files;
  private final Clock clock;
  private final RuleCounter withoutRule = new RuleCounter();

  /**
   * Creates a compiler.
   *
   * @param catalog the attributes
   * @param names makes a resolver for each compilation
   * @param files the files that rules name
   * @param clock the wall clock, by which rules end
   */
  public PolicyCompiler(
      Catalog catalog, Supplier<NameResolver> names, HostFiles files, Clock clock) {
    this.catalog = catalog;
    this.names = names;
    this.files = files;
    this.clock = clock;
  }

  /** Compiles a policy. */
  public Compilation compile(PolicySource source) {
    long moves = files.moves();
    List<StoredRule> ordered = source.rules().stream().sorted(ORDER).toList();
    List<RuleProblem> problems = new ArrayList<>(duplicates(ordered));
    Preparations.await(catalog, clock.getZone(), ordered);
    RuleCompiler compiler = ruleCompiler(source);
    List<CompiledRule> rules = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (StoredRule stored : ordered) {
      try {
        RuleCompiler.Result result = compiler.compile(stored);
        rules.add(result.rule());
        result.entry().ifPresent(entries::add);
      } catch (RuleSyntaxException e) {
        problems.add(
            problem(
                RuleProblem.Kind.TEXT,
                stored,
                e.getMessage() + " (column " + e.column() + ")",
                e.hint()));
      } catch (IllegalArgumentException e) {
        RuleProblem.Kind kind =
            e instanceof RefusedRuleException ? RuleProblem.Kind.REFUSED : RuleProblem.Kind.TEXT;
        problems.add(problem(kind, stored, e.getMessage(), CriterionException.hintOf(e)));
      }
    }
    files.index();
    return problems.isEmpty()
        ? new Compilation.Compiled(snapshot(source, rules, entries, moves))
        : new Compilation.Refused(problems);
  }

  private RuleCompiler ruleCompiler(PolicySource source) {
    return new RuleCompiler(catalog, new Lookups(names.get(), files::of), clock, source);
  }

  private static List<RuleProblem> duplicates(List<StoredRule> rules) {
    Map<String, StoredRule> first = new HashMap<>();
    List<RuleProblem> problems = new ArrayList<>();
    for (StoredRule rule : rules) {
      StoredRule earlier = first.putIfAbsent(rule.definition().id(), rule);
      if (earlier != null) {
        problems.add(
            problem(
                RuleProblem.Kind.REFUSED,
                rule,
                "the id '"
                    + rule.definition().id()
                    + "' stands twice: at "
                    + earlier.definition().origin()
                    + " and at "
                    + rule.definition().origin(),
                "Give one of them another id."));
      }
    }
    return problems;
  }

  private static RuleProblem problem(
      RuleProblem.Kind kind, StoredRule rule, String message, String hint) {
    return new RuleProblem(kind, rule.definition().id(), rule.definition().origin(), message, hint);
  }

  private Snapshot snapshot(
      PolicySource source, List<CompiledRule> rules, List<Entry> entries, long moves) {
    Map<Direction, DirectionRules> byDirection = new EnumMap<>(Direction.class);
    Map<Direction, Decision> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      List<Entry> own =
          entries.stream().filter(e -> e.rule().rule().direction() == direction).toList();
      byDirection.put(direction, new DirectionRules(own, files, moves));
      Verdict verdict = source.defaults().get(direction);
      String reason = "no rule matches; the default for " + RulePrinter.word(direction) + " holds";
      defaults.put(direction, withoutRule(verdict, reason, source.revision()));
    }
    String kernelReason = "made by the kernel itself, which passes unless a rule says otherwise";
    Decision kernel = withoutRule(Verdict.ALLOW, kernelReason, source.revision());
    return new Snapshot(source.revision(), rules, byDirection, defaults, kernel);
  }

  private Decision withoutRule(Verdict verdict, String reason, long revision) {
    return new Decision(verdict, Optional.empty(), reason, revision, withoutRule);
  }
}
