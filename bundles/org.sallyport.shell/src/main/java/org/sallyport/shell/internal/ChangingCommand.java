// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.RuleInfo;
import picocli.CommandLine.Option;

/** A command that changes something. */
abstract class ChangingCommand extends FwCommand {

  @Option(names = "--dry-run", description = "Check everything and change nothing.")
  private boolean dryRun;

  /** Whether to carry it out. */
  final Execution execution() {
    return dryRun ? Execution.DRY_RUN : Execution.APPLY;
  }

  /** Says what was done to a rule; the id is the last word. */
  final int report(Output output, String done, String wouldDo, RuleInfo rule) {
    if (json()) {
      output.json(RuleJson.of(rule));
    } else {
      output.line((dryRun ? "would " + wouldDo : done) + " rule " + rule.id());
    }
    return 0;
  }

  /** Says what was set. */
  final int report(Output output, String done, ObjectNode value) {
    if (json()) {
      output.json(value.put("dryRun", dryRun));
    } else {
      output.line(dryRun ? "would set " + done : done);
    }
    return 0;
  }
}
