// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.core.internal.settings.Settings;

/**
 * Compiles a policy and refuses what no active backend could hold. Confined to the control thread.
 */
public final class PolicyMaker {

  /** The store that ends with the daemon. */
  public static final String MEMORY = "memory";

  private PolicyMaker() {}

  /**
   * Compiles rules under settings.
   *
   * @param engine the engine
   * @param revision the revision the snapshot gets
   * @param rules the rules
   * @param settings defaults and fail modes
   * @param holding what the active backends can hold
   * @return a snapshot, or every problem
   */
  public static Compilation compile(
      PolicyEngine engine,
      long revision,
      List<StoredRule> rules,
      Settings settings,
      Holding holding) {
    Compilation compilation =
        engine.compile(
            new PolicySource(
                revision,
                rules,
                settings.defaults(),
                applies(settings, Situation.UNKNOWN_OPERAND),
                applies(settings, Situation.PLUGIN_ERROR)));
    if (compilation instanceof Compilation.Compiled compiled) {
      List<RuleProblem> unheld = unheld(compiled.snapshot(), holding);
      return unheld.isEmpty() ? compiled : new Compilation.Refused(unheld);
    }
    return compilation;
  }

  private static boolean applies(Settings settings, Situation situation) {
    return settings.failModes().choice(situation) == Choice.APPLY;
  }

  /** A rule that nothing enforces would be a hole that looks like a wall. */
  private static List<RuleProblem> unheld(PolicySnapshot snapshot, Holding holding) {
    List<RuleProblem> problems = new ArrayList<>();
    Set<Direction> enforceable = holding.directions();
    Map<String, String> refusals = holding.refusals(snapshot);
    for (CompiledRule rule : snapshot.rules()) {
      String refusal = refusals.get(rule.definition().id());
      if (refusal != null) {
        problems.add(
            problem(rule, refusal, "put nfqueue behind it, or use it alone: fw:backend-use"));
      }
      if (rule.definition().enabled() && !enforceable.contains(rule.rule().direction())) {
        String direction = rule.rule().direction().name().toLowerCase(Locale.ROOT);
        problems.add(
            problem(
                rule,
                "no active backend judges traffic of this direction: " + direction,
                "remove the rule or write it for 'out'"));
      }
      if (rule.definition().enabled() && outlivesItself(rule)) {
        problems.add(
            problem(
                rule,
                "a rule in the store '" + rule.store() + "' stays until it is removed",
                "write 'until MOMENT', or add it with a command"));
      }
    }
    return problems;
  }

  private static RuleProblem problem(CompiledRule rule, String message, String hint) {
    return new RuleProblem(
        RuleProblem.Kind.REFUSED,
        rule.definition().id(),
        rule.definition().origin(),
        message,
        hint);
  }

  /** A lifetime that starts or ends with something a lasting store does not know. */
  private static boolean outlivesItself(CompiledRule rule) {
    Lifetime lifetime = rule.rule().lifetime();
    boolean lasting = lifetime instanceof Lifetime.Permanent || lifetime instanceof Lifetime.Until;
    return !lasting && !rule.store().equals(MEMORY);
  }

  /**
   * Compiles what the stores hold, falling back to the last good rules of units that are refused.
   *
   * @param engine the engine
   * @param revision the revision the snapshot gets
   * @param book the stores
   * @param settings defaults and fail modes
   * @param holding what the active backends can hold
   * @return a snapshot, or the problems if even the last good rules are refused
   */
  public static Compilation compileLastGood(
      PolicyEngine engine, long revision, StoreBook book, Settings settings, Holding holding) {
    while (true) { // each round blames at least one more unit, so it ends
      Compilation result = compile(engine, revision, book.rules(), settings, holding);
      if (!(result instanceof Compilation.Refused refused) || !book.reject(refused.problems())) {
        return result;
      }
    }
  }
}
