// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.RuleInfo;
import picocli.CommandLine.Option;

/** A command that changes something. */
abstract class ChangingCommand extends FwCommand {

  @Option(names = "--dry-run", description = "Check everything and change nothing.")
  private boolean dryRun;

  /** Whether to carry it out. */
  Execution execution() {
    return new Execution(dryRun, Optional.empty(), caller().who(), commandLine());
  }

  /** Whether nothing is to be changed. */
  final boolean dryRun() {
    return dryRun;
  }

  /** Says that somebody must confirm; beside the output, which programs read. */
  private void remind(Output output) {
    execution()
        .confirmWithin()
        .filter(time -> !dryRun)
        .ifPresent(
            time ->
                output
                    .err()
                    .println(
                        "sallyport: taken back after "
                            + time.toSeconds()
                            + " s unless confirmed: sallyport confirm"));
  }

  /** Says what changed of the policy. */
  final int report(Output output, PolicyDiff diff) {
    if (json()) {
      output.json(DiffText.json(diff).put("dryRun", dryRun));
    } else {
      DiffText.print(diff, output);
    }
    remind(output);
    return 0;
  }

  /** Says what was done to a rule; the id is the last word. */
  final int report(Output output, String done, String wouldDo, RuleInfo rule) {
    remind(output);
    if (json()) {
      output.json(RuleJson.of(rule));
    } else {
      output.line((dryRun ? "would " + wouldDo : done) + " rule " + rule.id());
    }
    return 0;
  }

  /** Says what was set. */
  final int report(Output output, String done, ObjectNode value) {
    remind(output);
    if (json()) {
      output.json(value.put("dryRun", dryRun));
    } else {
      output.line(dryRun ? "would set " + done : done);
    }
    return 0;
  }
}
