// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:remove}. */
@Command(name = "remove", description = "Remove a rule.")
final class RemoveCommand extends TriedCommand {

  @Parameters(paramLabel = "ID", description = "The rule's id; see fw:rules.")
  private String id;

  @Override
  int run(FirewallAdmin admin, Output output) {
    return report(output, "removed", "remove", admin.remove(id, execution()));
  }
}
