// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.Optional;
import java.util.function.LongFunction;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.match.Truth;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/** An evaluation in plain words. */
final class ExplainText {

  private final Output output;
  private final UserNames users;

  ExplainText(Output output, UserNames users) {
    this.output = output;
    this.users = users;
  }

  void print(Explanation explanation) {
    output.line("flow         " + explanation.flow());
    subject(explanation.subject());
    int number = 0;
    for (Explanation.RuleStep step : explanation.steps()) {
      number++;
      rule(number, step);
    }
    decision(explanation.decision());
  }

  private void subject(Subject subject) {
    output.line("subject      " + RuleJson.word(subject.kind()) + ", told by " + subject.source());
    if (subject.kind() == SubjectKind.PROCESS) {
      output.line("  program    " + Facts.words(subject.executable()));
      output.line("  pid        " + Facts.words(subject.process()));
    }
    Optional<String> user =
        Facts.known(subject.userId()).map(uid -> users.of(uid) + " (uid " + uid + ")");
    output.line("  user       " + user.orElseGet(() -> Facts.words(subject.userId())));
    sending("user now", subject.userId(), subject.processUserId(), users::of);
    sending("group now", subject.groupId(), subject.processGroupId(), Long::toString);
    name("script", subject.script());
    name("app", subject.app());
    name("container", subject.container());
  }

  /** Who the process was as it sent, where that is another than opened the socket. */
  private void sending(String label, Fact<Long> opened, Fact<Long> sent, LongFunction<String> of) {
    if (sent instanceof Fact.Known<Long> now
        && opened instanceof Fact.Known<Long> before
        && !now.value().equals(before.value())) {
      output.line(
          "  %-10s %s (%d, from %s)"
              .formatted(label, of.apply(now.value()), now.value(), now.source()));
    }
  }

  private void name(String label, Fact<String> name) {
    if (name instanceof Fact.Known<String> known && !known.value().isEmpty()) {
      output.line("  %-10s %s".formatted(label, Facts.words(name)));
    }
  }

  private void rule(int number, Explanation.RuleStep step) {
    output.line(number + ". rule " + step.ruleId() + ": " + step.text());
    for (Explanation.CriterionStep criterion : step.criteria()) {
      output.line(
          "   %-7s %s, actual: %s"
              .formatted(answer(criterion.result()), criterion.criterion(), criterion.actual()));
    }
    output.line("   -> " + (step.applied() ? "applies: " : "does not apply: ") + step.reason());
  }

  private static String answer(Truth truth) {
    return switch (truth) {
      case MATCH -> "yes";
      case NO_MATCH -> "no";
      case UNKNOWN -> "unknown";
      case PENDING -> "pending";
    };
  }

  private void decision(Decision decision) {
    String by = decision.ruleId().map(id -> "rule " + id).orElse("no rule");
    output.line(
        "verdict      %s by %s: %s (revision %d)"
            .formatted(
                RuleJson.word(decision.verdict()), by, decision.reason(), decision.revision()));
  }
}
