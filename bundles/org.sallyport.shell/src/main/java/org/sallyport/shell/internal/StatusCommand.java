// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.FirewallStatus;
import picocli.CommandLine.Command;

/** {@code fw:status}. */
@Command(name = "status", description = "Show the firewall as it stands.")
final class StatusCommand extends FwCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    FirewallStatus status = admin.status();
    if (json()) {
      output.json(StatusJson.of(status));
    } else {
      new StatusText(output).print(status);
    }
    return 0;
  }
}
