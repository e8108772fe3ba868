// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.targets;

import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.engine.internal.Engine;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.TestEngine;
import org.sallyport.itests.fuzz.kit.Text;

/** A made-up flow as {@code fw:explain} takes it; a newline stands between words. */
public final class FlowTextTarget {

  private static final Engine ENGINE = TestEngine.make();

  private FlowTextTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = Text.of(input);
    try {
      Hypothesis flow = ENGINE.parseFlow(RuleTextTarget.words(text));
      String shown = flow.flow().toString();
      Check.sentence(shown, RuleTextTarget.MAX_SENTENCE + text.length());
      Check.that(
          flow.flow().localPort() >= 0 && flow.flow().remotePort() <= 0xffff, "ports have a range");
    } catch (RuleSyntaxException e) {
      RuleTextTarget.refused(e, text);
    }
  }
}
