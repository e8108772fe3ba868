// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:enable}. */
@Command(name = "enable", description = "Let a rule take part again.")
final class EnableCommand extends TriedCommand {

  @Parameters(paramLabel = "ID", description = "The rule's id; see fw:rules.")
  private String id;

  @Override
  int run(FirewallAdmin admin, Output output) {
    return report(output, "enabled", "enable", admin.setEnabled(id, true, execution()));
  }
}
