// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;

/** {@code fw:down}. */
@Command(name = "down", description = "Remove everything of ours from the kernel, until fw:up.")
final class DownCommand extends ChangingCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    admin.down(execution());
    return report(output, "down", Json.object().put("armed", false));
  }
}
