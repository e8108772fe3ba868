// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.match.PluginStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:plugin-reset}. */
@Command(
    name = "plugin-reset",
    description = "Ask a plugin again that was put in quarantine for its faults.")
final class PluginResetCommand extends ChangingCommand {

  @Parameters(paramLabel = "NAME", description = "The plugin's name; see fw:plugins.")
  private String name;

  @Override
  int run(FirewallAdmin admin, Output output) {
    PluginStatus plugin = admin.resetPlugin(name, execution());
    if (json()) {
      output.json(PluginsCommand.of(plugin));
    } else {
      boolean trial = execution() == Execution.DRY_RUN;
      output.line((trial ? "would reset" : "reset") + " plugin " + plugin.name());
    }
    return 0;
  }
}
