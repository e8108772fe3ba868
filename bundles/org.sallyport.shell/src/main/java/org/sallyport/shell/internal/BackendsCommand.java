// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.codec.text.Escapes;
import picocli.CommandLine.Command;

/** {@code fw:backends}. */
@Command(name = "backends", description = "Show what enforces decisions in the kernel.")
final class BackendsCommand extends FwCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    List<BackendStatus> backends = admin.backends();
    if (json()) {
      output.json(Json.array(backends, StatusJson::of));
      return 0;
    }
    ShellTable table = new ShellTable().emptyTableText("there are no backends");
    table.column("backend");
    table.column("active");
    table.column("health");
    table.column("figures");
    for (BackendStatus backend : backends) {
      String health = backend.healthy() ? "good" : String.join("; ", backend.problems());
      table
          .addRow()
          .addContent(
              Escapes.plain(backend.name()),
              backend.active() ? "yes" : "no",
              Escapes.plain(health),
              Escapes.plain(backend.figures()));
    }
    output.table(table);
    return 0;
  }
}
