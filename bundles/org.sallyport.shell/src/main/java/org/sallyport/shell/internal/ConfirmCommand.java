// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;

/** {@code fw:confirm}. */
@Command(name = "confirm", description = "Keep the changes that wait for it (--confirm) for good.")
final class ConfirmCommand extends ChangingCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    return report(output, admin.confirm(execution()));
  }
}
