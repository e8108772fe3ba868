// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:disable}. */
@Command(name = "disable", description = "Keep a rule but let it take no part.")
final class DisableCommand extends TriedCommand {

  @Parameters(paramLabel = "ID", description = "The rule's id; see fw:rules.")
  private String id;

  @Override
  int run(FirewallAdmin admin, Output output) {
    return report(output, "disabled", "disable", admin.setEnabled(id, false, execution()));
  }
}
