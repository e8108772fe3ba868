// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.RuleText;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.engine.internal.attribute.Attribute;
import org.sallyport.engine.internal.attribute.BoundProcess;
import org.sallyport.engine.internal.attribute.BuiltIns;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.Catalog.Trust;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.attribute.UnknownChoice;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.RefusedRuleException;
import org.sallyport.engine.internal.text.RulePrinter;
import org.sallyport.engine.internal.text.RuleReader;

/** Compiles one rule at a time for one snapshot. */
final class RuleCompiler {

  private final ZoneId zone;
  private final Catalog catalog;
  private final CriteriaCompiler criteria;
  private final Instant now;
  private final PolicySource source;

  RuleCompiler(Catalog catalog, Lookups lookups, Clock clock, PolicySource source) {
    this.zone = clock.getZone();
    this.catalog = catalog;
    this.criteria = new CriteriaCompiler(catalog, lookups);
    this.now = clock.instant();
    this.source = source;
  }

  /**
   * What came of one rule.
   *
   * @param rule the rule for people
   * @param entry its compiled form, or empty if it does not take part
   */
  record Result(CompiledRule rule, Optional<Entry> entry) {}

  /**
   * Compiles a rule. One that is switched off or has ended need only be readable.
   *
   * @throws RuleSyntaxException if its text makes no sense
   * @throws CriterionException if it cannot be put in force
   */
  Result compile(StoredRule stored) throws RuleSyntaxException {
    Trust trust = stored.inForce() ? Trust.IN_FORCE : Trust.STORED;
    RuleReader reader = new RuleReader(catalog.checkFor(trust), zone);
    RuleText text = reader.read(stored.definition().text());
    if (!stored.definition().enabled()) {
      return new Result(forPeople(stored, text, ""), Optional.empty());
    }
    if (text.lifetime() instanceof Lifetime.Until until && !now.isBefore(until.end())) {
      return new Result(forPeople(stored, text, "it ended at " + until.end()), Optional.empty());
    }
    UnknownChoice choice = RuleChecks.check(text);
    List<Asked> asked = asked(text, stored.process(), trust);
    String missing = CriteriaCompiler.missing(asked);
    if (missing.isEmpty() || choice == UnknownChoice.APPLY) {
      CompiledRule rule = forPeople(stored, text, "");
      return new Result(rule, Optional.of(entry(rule, asked, choice)));
    }
    CompiledRule unresolved = forPeople(stored, text, missing);
    if (!text.action().refuses()) {
      return new Result(unresolved, Optional.empty());
    }
    if (choice == UnknownChoice.BY_FAIL_MODE && trust != Trust.IN_FORCE) {
      throw new RefusedRuleException(
          missing + ", and a rule that refuses must say what happens then",
          "Add unknown=apply (refuse whatever the rest of the rule matches) or unknown=skip.");
    }
    return new Result(unresolved, Optional.of(entry(unresolved, asked, choice)));
  }

  private static CompiledRule forPeople(StoredRule stored, RuleText text, String unresolved) {
    return new CompiledRule(
        stored.definition(),
        stored.store(),
        text,
        RulePrinter.print(text),
        stored.counter(),
        unresolved.isEmpty() ? Optional.empty() : Optional.of(unresolved));
  }

  private List<Asked> asked(RuleText text, Optional<ProcessId> process, Trust trust) {
    List<Asked> asked = criteria.compile(text, trust);
    if (!(text.lifetime() instanceof Lifetime.UntilExit)) {
      return asked;
    }
    Attribute pid = BuiltIns.all().get(RuleChecks.PID);
    Matcher bound =
        BoundProcess.of(
            process.orElseThrow(
                () ->
                    new RefusedRuleException(
                        "until-exit is bound to a running process, and this rule is to none",
                        "Add it with a command: --until-exit process.pid=NUMBER.")));
    return asked.stream()
        .map(
            one ->
                one.criterion().attribute().equals(RuleChecks.PID)
                    ? one.with(new Question.Own(bound, pid.describer()))
                    : one)
        .toList();
  }

  private Entry entry(CompiledRule rule, List<Asked> asked, UnknownChoice choice) {
    RuleText text = rule.rule();
    String name = "rule " + rule.definition().id();
    Set<String> hostPaths = criteria.hostPaths(text);
    String matched = name + " matches: " + rule.canonicalText();
    String unknown = name + " may match and refuses where a fact is unknown: ";
    return new Entry(
        rule,
        asked,
        new Unsure(
            choice.applies(source.unknownRefuses()), choice.applies(source.pluginErrorRefuses())),
        decision(rule, matched),
        decision(rule, unknown + rule.canonicalText()),
        hostPaths);
  }

  private Decision decision(CompiledRule rule, String reason) {
    Verdict verdict =
        switch (rule.rule().action()) {
          case ALLOW, LOG -> Verdict.ALLOW; // a log rule decides nothing
          case REJECT -> Verdict.REJECT;
          case DENY, ASK -> Verdict.DENY;
        };
    Optional<String> id = Optional.of(rule.definition().id());
    return new Decision(verdict, id, reason, source.revision(), rule.counter());
  }
}
