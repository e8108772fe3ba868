// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Truth;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.SubjectView;

class UntilExitTest {

  private static final Subjects.Case CURL =
      new Subjects.Case(
          Subjects.tcp("10.0.0.2", 443), Subjects.program(Subjects.host("/usr/bin/curl")));

  @ParameterizedTest
  @CsvSource({"42, 1, MATCH", "42, 2, NO_MATCH", "43, 1, NO_MATCH", "42, 0, UNKNOWN"})
  void shouldMeanOneProcessAndNoLaterOneOfItsNumber(int pid, long start, Truth expected) {
    StoredRule rule = Policies.rule("a", "allow process.pid=" + pid + " until-exit");
    PolicySnapshot snapshot =
        Policies.snapshot(
            Policies.engine(),
            Policies.source(
                List.of(
                    new StoredRule(
                        "memory",
                        200,
                        rule.definition(),
                        rule.counter(),
                        Optional.of(new ProcessId(pid, start == 0 ? 1 : start)))),
                true,
                Verdict.DENY));
    SubjectView subject = start == 0 ? given() : CURL.subject();

    assertThat(snapshot.explain(CURL.flow(), subject).steps().get(0).result()).isEqualTo(expected);
  }

  private static SubjectView given() {
    try {
      return Policies.engine()
          .parseFlow(List.of("out", "tcp", "10.0.0.2:443", "process.pid=42"))
          .subject();
    } catch (RuleSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldRefuseUntilExitWithoutAProcess() {
    assertThat(Policies.problems("allow process.pid=42 until-exit"))
        .extracting(RuleProblem::message)
        .containsExactly("until-exit is bound to a running process, and this rule is to none");
    assertThat(Policies.problems("allow process.pid=42 process.pid=43 until-exit"))
        .extracting(RuleProblem::message)
        .containsExactly("until-exit needs to know whose exit is meant");
  }
}
