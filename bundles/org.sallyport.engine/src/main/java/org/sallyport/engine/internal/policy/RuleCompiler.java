// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleText;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.engine.internal.attribute.Attribute;
import org.sallyport.engine.internal.attribute.BoundProcess;
import org.sallyport.engine.internal.attribute.BuiltIns;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.attribute.UnknownChoice;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.RefusedRuleException;
import org.sallyport.engine.internal.text.RulePrinter;
import org.sallyport.engine.internal.text.RuleReader;

/** Compiles one rule at a time for one snapshot. */
final class RuleCompiler {

  private static final String PID = "process.pid";

  private final RuleReader reader;
  private final CriteriaCompiler criteria;
  private final Instant now;
  private final long revision;
  private final boolean unknownRefuses;

  RuleCompiler(
      RuleReader reader,
      CriteriaCompiler criteria,
      Instant now,
      long revision,
      boolean unknownRefuses) {
    this.reader = reader;
    this.criteria = criteria;
    this.now = now;
    this.revision = revision;
    this.unknownRefuses = unknownRefuses;
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
    RuleText text = reader.read(stored.definition().text());
    if (!stored.definition().enabled()) {
      return new Result(forPeople(stored, text, ""), Optional.empty());
    }
    if (text.lifetime() instanceof Lifetime.Until until && !now.isBefore(until.end())) {
      return new Result(forPeople(stored, text, "it ended at " + until.end()), Optional.empty());
    }
    UnknownChoice choice = check(text);
    String missing = criteria.missing(text);
    if (missing.isEmpty() || choice == UnknownChoice.APPLY) {
      CompiledRule rule = forPeople(stored, text, "");
      return new Result(rule, Optional.of(entry(rule, choice, stored.process())));
    }
    CompiledRule unresolved = forPeople(stored, text, missing);
    if (!text.action().refuses()) {
      criteria.compile(text); // its other criteria must make sense all the same
      return new Result(unresolved, Optional.empty());
    }
    if (choice == UnknownChoice.BY_FAIL_MODE) {
      throw new RefusedRuleException(
          missing + ", and a rule that refuses must say what happens then",
          "Add unknown=apply (refuse whatever the rest of the rule matches) or unknown=skip.");
    }
    return new Result(unresolved, Optional.of(entry(unresolved, choice, stored.process())));
  }

  private UnknownChoice check(RuleText text) {
    if (text.action() == Action.ASK) {
      throw new RefusedRuleException(
          "no part that asks a person is installed, so an ask rule cannot be put in force",
          "Use allow, deny or reject.");
    }
    if (text.action() == Action.ALLOW) {
      criteria.checkGrounds(text);
    }
    if (text.lifetime() instanceof Lifetime.UntilExit && !namesOneProcess(text)) {
      throw new CriterionException(
          "until-exit needs to know whose exit is meant", "Add process.pid=NUMBER.");
    }
    return CriteriaCompiler.choice(text);
  }

  private static boolean namesOneProcess(RuleText text) {
    List<Criterion> pids =
        text.criteria().stream().filter(criterion -> criterion.attribute().equals(PID)).toList();
    return pids.size() == 1
        && pids.get(0).operator() == Operator.EQUALS
        && !pids.get(0).negated()
        && pids.get(0).values().size() == 1;
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

  private List<Asked> asked(CompiledRule rule, Optional<ProcessId> process) {
    List<Asked> asked = criteria.compile(rule.rule());
    if (!(rule.rule().lifetime() instanceof Lifetime.UntilExit)) {
      return asked;
    }
    Attribute pid = BuiltIns.all().get(PID);
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
                one.criterion().attribute().equals(PID)
                    ? one.with(new Question.Own(bound, pid.describer()))
                    : one)
        .toList();
  }

  private Entry entry(CompiledRule rule, UnknownChoice choice, Optional<ProcessId> process) {
    RuleText text = rule.rule();
    String name = "rule " + rule.definition().id();
    Set<String> hostPaths = criteria.hostPaths(text);
    String matched = name + " matches: " + rule.canonicalText();
    String unknown = name + " may match and refuses where a fact is unknown: ";
    return new Entry(
        rule,
        asked(rule, process),
        choice.applies(unknownRefuses),
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
    return new Decision(verdict, id, reason, revision, rule.counter());
  }
}
