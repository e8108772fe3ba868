// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.PolicyDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:diff}. */
@Command(name = "diff", description = "Show what differs between two revisions of fw:history.")
final class DiffCommand extends FwCommand {

  @Parameters(index = "0", paramLabel = "A", description = "A revision.")
  private String from;

  @Parameters(index = "1", paramLabel = "B", description = "Another one.")
  private String to;

  @Override
  int run(FirewallAdmin admin, Output output) {
    PolicyDiff diff = admin.diff(HistoryCommand.number(from), HistoryCommand.number(to));
    if (json()) {
      output.json(DiffText.json(diff));
    } else {
      DiffText.print(diff, output);
    }
    return 0;
  }
}
