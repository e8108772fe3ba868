// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.codec.text.Escapes;
import picocli.CommandLine.Command;

/** {@code fw:plugins}. */
@Command(
    name = "plugins",
    description = "Show the plugins that provide attributes, and how they behave.")
final class PluginsCommand extends FwCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    List<PluginStatus> plugins = admin.plugins();
    if (json()) {
      output.json(Json.array(plugins, PluginsCommand::of));
      return 0;
    }
    ShellTable table = new ShellTable().emptyTableText("there are no plugins");
    List.of("plugin", "version", "api", "state", "attributes").forEach(table::column);
    List.of("calls", "mean µs", "worst µs", "faults")
        .forEach(name -> table.column(name).alignRight());
    for (PluginStatus plugin : plugins) {
      table
          .addRow()
          .addContent(
              Escapes.plain(plugin.name()),
              Escapes.plain(plugin.version()),
              Escapes.plain(plugin.apiRange()),
              RuleJson.word(plugin.state()),
              Escapes.plain(String.join(" ", plugin.attributes())),
              plugin.calls(),
              plugin.meanMicros(),
              plugin.worstMicros(),
              plugin.faults());
    }
    output.table(table);
    for (PluginStatus plugin : plugins) {
      if (!plugin.lastFault().isEmpty()) {
        output.line(plugin.name() + ": last fault: " + plugin.lastFault());
      }
    }
    return 0;
  }

  /** A plugin as an object. */
  static ObjectNode of(PluginStatus plugin) {
    ObjectNode node =
        Json.object()
            .put("name", plugin.name())
            .put("version", plugin.version())
            .put("api", plugin.apiRange());
    node.set("attributes", Json.texts(plugin.attributes()));
    return node.put("state", RuleJson.word(plugin.state()))
        .put("calls", plugin.calls())
        .put("meanMicros", plugin.meanMicros())
        .put("worstMicros", plugin.worstMicros())
        .put("faults", plugin.faults())
        .put("lastFault", plugin.lastFault());
  }
}
