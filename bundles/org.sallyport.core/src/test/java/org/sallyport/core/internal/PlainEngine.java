// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleText;
import org.sallyport.api.subject.SubjectView;

/** Knows rules of the form {@code allow process.pid=N [lifetime]} and judges nothing. */
final class PlainEngine implements PolicyEngine {

  private static final Comparator<StoredRule> ORDER =
      Comparator.comparingInt((StoredRule rule) -> rule.definition().priority())
          .thenComparingInt(StoredRule::storeRank)
          .thenComparing(rule -> rule.definition().id());

  /** What every flow is read as. */
  Optional<Hypothesis> flow = Optional.empty();

  /** Answers where a policy of this engine is asked to explain. */
  BiFunction<Flow, SubjectView, Explanation> explains =
      (flow, subject) -> {
        throw new UnsupportedOperationException();
      };

  /** What its snapshots say of every backend. */
  Optional<KernelProgram> program = Optional.empty();

  private final class Snapshot implements PolicySnapshot {
    private final long revision;
    private final List<CompiledRule> rules;

    Snapshot(long revision, List<CompiledRule> rules) {
      this.revision = revision;
      this.rules = List.copyOf(rules);
    }

    @Override
    public long revision() {
      return revision;
    }

    @Override
    public List<CompiledRule> rules() {
      return rules;
    }

    @Override
    public Optional<KernelProgram> program(Expressiveness backend) {
      return program;
    }

    @Override
    public void decide(FlowView flow, SubjectView subject, Evaluation out) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Explanation explain(Flow flow, SubjectView subject) {
      return explains.apply(flow, subject);
    }
  }

  @Override
  public Compilation compile(PolicySource source) {
    List<CompiledRule> rules = new ArrayList<>();
    for (StoredRule rule : source.rules().stream().sorted(ORDER).toList()) {
      RuleText text = parse(rule.definition().text());
      rules.add(
          new CompiledRule(
              rule.definition(),
              rule.store(),
              text,
              print(text),
              rule.counter(),
              Optional.empty()));
    }
    return new Compilation.Compiled(new Snapshot(source.revision(), rules));
  }

  @Override
  public RuleText parse(String text) {
    return parseWords(List.of(text.split(" ")));
  }

  @Override
  public RuleText parseWords(List<String> words) {
    String pid = words.get(1).substring("process.pid=".length());
    Criterion criterion = new Criterion("process.pid", Operator.EQUALS, List.of(pid), false);
    return new RuleText(Action.ALLOW, Direction.OUT, List.of(criterion), lifetime(words));
  }

  private static Lifetime lifetime(List<String> words) {
    return switch (words.size() > 2 ? words.get(2) : "") {
      case "until-exit" -> new Lifetime.UntilExit();
      case "until-restart" -> new Lifetime.UntilRestart();
      case "until" -> new Lifetime.Until(Instant.parse(words.get(3)));
      default -> new Lifetime.Permanent();
    };
  }

  @Override
  public String print(RuleText rule) {
    String lifetime =
        rule.lifetime() instanceof Lifetime.Until until
            ? " until " + until.end()
            : rule.lifetime() instanceof Lifetime.UntilExit
                ? " until-exit"
                : rule.lifetime() instanceof Lifetime.UntilRestart ? " until-restart" : "";
    return "allow process.pid=" + rule.criteria().get(0).values().get(0) + lifetime;
  }

  @Override
  public Hypothesis parseFlow(List<String> words) throws RuleSyntaxException {
    return flow.orElseThrow(UnsupportedOperationException::new);
  }

  @Override
  public List<String> attributes() {
    return List.of();
  }
}
