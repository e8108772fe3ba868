// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.codec.text.Escapes;
import picocli.CommandLine.Command;

/** {@code fw:attribution}. */
@Command(
    name = "attribution",
    description = {
      "Show the sources that find the program behind a flow, the best first, which of them is used,",
      "and why no better one is. fw:attribution-use changes that."
    })
final class AttributionCommand extends FwCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    AttributionStatus attribution = admin.status().attribution();
    if (json()) {
      output.json(Json.array(attribution.sources(), AttributionText::json));
      return 0;
    }
    ShellTable table = new ShellTable().emptyTableText("there are no sources of subjects");
    table.column("source");
    table.column("rank").alignRight();
    table.column("used");
    table.column("reason");
    for (AttributionStatus.Source step : attribution.sources()) {
      table
          .addRow()
          .addContent(
              Escapes.plain(step.name()),
              step.ranking(),
              step.active() ? "yes" : "no",
              Escapes.plain(step.reason().orElse("")));
    }
    output.table(table);
    AttributionText.choice(attribution).ifPresent(output::line);
    return 0;
  }
}
