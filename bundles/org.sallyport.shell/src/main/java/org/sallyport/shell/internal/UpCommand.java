// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;

/** {@code fw:up}. */
@Command(name = "up", description = "Arm again after fw:down.")
final class UpCommand extends ChangingCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    admin.up(execution());
    return report(output, "up", Json.object().put("armed", true));
  }
}
