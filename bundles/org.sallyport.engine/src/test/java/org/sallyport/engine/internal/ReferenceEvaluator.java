// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/** Judges as the semantics are written: every rule in order, every criterion, no shortcuts. */
final class ReferenceEvaluator {

  static final List<String> CRITERIA =
      List.of(
          "process.exe=/a",
          "process.exe=/a,/b",
          "process.exe=/c",
          "process.exe=/d",
          "user=1000",
          "remote.port=443",
          "process.name=curl",
          "process.unit=web.service",
          "process.ancestor.exe=/a",
          "subject=process",
          "subject=kernel");

  record Outcome(String ruleId, boolean pending, int skipped, int logs) {}

  private ReferenceEvaluator() {}

  static Outcome judge(List<CompiledRule> rules, boolean closed, Flow flow, Subject subject) {
    boolean pending = false;
    int skipped = 0;
    int logs = 0;
    for (CompiledRule rule : rules) {
      Action action = rule.rule().action();
      Truth truth = all(rule.rule().criteria(), flow, subject);
      pending |= truth == Truth.PENDING;
      boolean unsure = truth == Truth.UNKNOWN || truth == Truth.PENDING;
      String text = rule.definition().text();
      boolean applies =
          text.contains("unknown=apply") || (closed && !text.contains("unknown=skip"));
      if (action == Action.LOG) {
        logs += truth == Truth.MATCH ? 1 : 0;
      } else if (truth == Truth.MATCH || (unsure && action.refuses() && applies)) {
        return new Outcome(rule.definition().id(), pending, skipped, logs);
      } else if (unsure && action.refuses()) {
        skipped++;
      }
    }
    return new Outcome("", pending, skipped, logs);
  }

  private static Truth all(List<Criterion> criteria, Flow flow, Subject subject) {
    List<Truth> truths = new ArrayList<>();
    for (Criterion criterion : criteria) {
      if (!criterion.attribute().equals("unknown")) {
        truths.add(one(criterion, flow, subject));
      }
    }
    for (Truth strongest : List.of(Truth.NO_MATCH, Truth.PENDING, Truth.UNKNOWN)) {
      if (truths.contains(strongest)) {
        return strongest;
      }
    }
    return Truth.MATCH;
  }

  private static Truth one(Criterion criterion, Flow flow, Subject subject) {
    List<String> values = criterion.values();
    return switch (criterion.attribute()) {
      case "process.exe" -> fact(criterion, subject.executable(), exe -> executable(values, exe));
      case "user" -> fact(criterion, subject.userId(), id -> in(values, id.toString()));
      case "process.name" -> fact(criterion, subject.processName(), name -> in(values, name));
      case "process.unit" -> unit(criterion, subject.cgroup());
      case "process.ancestor.exe" -> ancestors(criterion, subject.ancestors());
      case "remote.port" -> signed(criterion, in(values, Integer.toString(flow.remotePort())));
      case "subject" -> kind(criterion, subject.kind());
      default -> throw new AssertionError(criterion.attribute());
    };
  }

  private static Truth in(List<String> values, String actual) {
    return Truth.of(values.contains(actual));
  }

  /** None of the paths exists on the host, so another namespace's file is never one of them. */
  private static Truth executable(List<String> values, Executable running) {
    if (values.contains("/**")) {
      return running.hostNamespace() ? Truth.MATCH : Truth.UNKNOWN;
    }
    boolean path = values.contains(running.path());
    return path && !running.hostNamespace() ? Truth.UNKNOWN : Truth.of(path);
  }

  private static Truth signed(Criterion criterion, Truth truth) {
    return criterion.negated() ? truth.not() : truth;
  }

  private static <T> Truth fact(Criterion criterion, Fact<T> fact, Function<T, Truth> test) {
    return missing(fact)
        .orElseGet(() -> signed(criterion, test.apply(((Fact.Known<T>) fact).value())));
  }

  private static Optional<Truth> missing(Fact<?> fact) {
    if (fact instanceof Fact.Known) {
      return Optional.empty();
    }
    return Optional.of(
        fact instanceof Fact.Absent
            ? Truth.NO_MATCH
            : fact instanceof Fact.Pending ? Truth.PENDING : Truth.UNKNOWN);
  }

  private static Truth unit(Criterion criterion, Fact<String> cgroup) {
    return missing(cgroup)
        .orElseGet(
            () ->
                ((Fact.Known<String>) cgroup).value().contains("web.service")
                    ? signed(criterion, Truth.MATCH)
                    : Truth.NO_MATCH);
  }

  private static Truth ancestors(Criterion criterion, Fact<List<Ancestor>> chain) {
    return missing(chain)
        .orElseGet(
            () -> {
              List<Truth> truths =
                  ((Fact.Known<List<Ancestor>>) chain)
                      .value().stream()
                          .map(Ancestor::executable)
                          .filter(exe -> !(exe instanceof Fact.Absent))
                          .map(
                              fact ->
                                  missing(fact).orElseGet(() -> ancestor(criterion.values(), fact)))
                          .toList();
              for (Truth strongest : List.of(Truth.MATCH, Truth.PENDING, Truth.UNKNOWN)) {
                if (truths.contains(strongest)) {
                  return signed(criterion, strongest);
                }
              }
              return truths.isEmpty() ? Truth.NO_MATCH : signed(criterion, Truth.NO_MATCH);
            });
  }

  private static Truth ancestor(List<String> values, Fact<Executable> fact) {
    return executable(values, ((Fact.Known<Executable>) fact).value());
  }

  private static Truth kind(Criterion criterion, SubjectKind kind) {
    return switch (kind) {
      case PENDING -> Truth.PENDING;
      case UNKNOWN -> Truth.UNKNOWN;
      default -> signed(criterion, in(criterion.values(), kind.name().toLowerCase(Locale.ROOT)));
    };
  }
}
