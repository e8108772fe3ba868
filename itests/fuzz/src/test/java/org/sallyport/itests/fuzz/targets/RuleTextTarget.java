// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.targets;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.rule.RuleText;
import org.sallyport.engine.internal.Engine;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.TestEngine;
import org.sallyport.itests.fuzz.kit.Text;

/**
 * Rule text as a file holds it and, with a newline between words, as a shell splits it. What is
 * read can be printed, and what is printed is read as the same; it compiles or is refused with a
 * sentence, and decides any flow.
 */
public final class RuleTextTarget {

  static final int MAX_SENTENCE = 10_000;

  private static final Engine ENGINE = TestEngine.make();
  private static final List<Hypothesis> FLOWS =
      List.of(
          flow("out tcp 10.0.0.2:443 process.exe=/usr/bin/curl user=1000 process.name=curl"),
          flow("in icmpv6 fe80::1 icmp.type=135 iface=eth0"),
          flow("forward 47 192.0.2.1 subject=kernel"));

  private RuleTextTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = Text.of(input);
    try {
      holdsFor(ENGINE.parse(text));
    } catch (RuleSyntaxException e) {
      refused(e, text);
    }
    try {
      holdsFor(ENGINE.parseWords(words(text)));
    } catch (RuleSyntaxException e) {
      refused(e, text);
    }
  }

  private static Hypothesis flow(String text) {
    try {
      return ENGINE.parseFlow(List.of(text.split(" ")));
    } catch (RuleSyntaxException e) {
      throw new AssertionError(text, e);
    }
  }

  /** Words as a shell hands them over. */
  static List<String> words(String text) {
    return new ArrayList<>(List.of(text.split("\n", -1)));
  }

  /** A refusal is one bounded sentence that points into the text. */
  static void refused(RuleSyntaxException e, String text) {
    Check.sentence(e.getMessage(), MAX_SENTENCE);
    Check.that(e.hint().length() <= MAX_SENTENCE, "a hint is bounded");
    Check.that(e.column() >= 1 && e.column() <= text.length() + 2, () -> "column " + e.column());
  }

  private static void holdsFor(RuleText rule) {
    String printed = ENGINE.print(rule);
    RuleText again;
    try {
      again = ENGINE.parse(printed);
    } catch (RuleSyntaxException e) {
      throw new AssertionError("what was printed is not read: " + printed, e);
    }
    Check.that(again.equals(rule), () -> "read as another rule: " + printed);
    Check.that(ENGINE.print(again).equals(printed), () -> "printed in two ways: " + printed);
    compile(printed);
  }

  private static void compile(String printed) {
    Compilation compilation = ENGINE.compile(TestEngine.policy(printed));
    if (compilation instanceof Compilation.Refused refused) {
      for (RuleProblem problem : refused.problems()) {
        Check.sentence(problem.message(), MAX_SENTENCE);
      }
    } else if (compilation instanceof Compilation.Compiled compiled) {
      Evaluation evaluation = new Evaluation();
      for (Hypothesis flow : FLOWS) {
        compiled.snapshot().decide(flow.flow(), flow.subject(), evaluation);
        Check.that(evaluation.decision() != null, "every flow is decided");
        Check.that(
            compiled.snapshot().explain(flow.flow(), flow.subject()) != null, "and explained");
      }
    }
  }
}
