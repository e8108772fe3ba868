// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.decision.Explanation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:explain}. */
@Command(
    name = "explain",
    description = "Show how a flow is judged: each rule, each criterion, its value and why.")
final class ExplainCommand extends FwCommand {

  private final UserNames users;

  @Parameters(
      arity = "1..*",
      paramLabel = "FLOW",
      description = "last, or a flow: out tcp 10.0.0.2:443 process.exe=/usr/bin/curl user=1000.")
  private List<String> words;

  ExplainCommand(UserNames users) {
    this.users = users;
  }

  @Override
  int run(FirewallAdmin admin, Output output) {
    Explanation explanation =
        words.equals(List.of("last")) ? admin.explainLast() : admin.explain(words);
    if (json()) {
      output.json(new FlowJson(users).of(explanation).put("engine", admin.status().engine()));
      return 0;
    }
    if (!admin.status().engine()) {
      output.line("engine       absent: this is the last policy it made");
    }
    new ExplainText(output, users).print(explanation);
    return 0;
  }
}
