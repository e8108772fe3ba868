// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.Revision;
import org.sallyport.codec.text.Escapes;
import picocli.CommandLine.Command;

/** {@code fw:history}. */
@Command(
    name = "history",
    description = "Show the changes that commands made, the last 100 of them.")
final class HistoryCommand extends FwCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    List<Revision> revisions = admin.history();
    if (json()) {
      output.json(Json.array(revisions, HistoryCommand::json));
      return 0;
    }
    ShellTable table = new ShellTable().emptyTableText("no command changed anything yet");
    table.column("revision").alignRight();
    table.column("time");
    table.column("who");
    table.column("rules");
    table.column("command");
    for (Revision revision : revisions) {
      table
          .addRow()
          .addContent(
              revision.number(),
              revision.time(),
              Escapes.plain(revision.who()),
              "+" + revision.changes().added().size() + " -" + revision.changes().removed().size(),
              Escapes.plain(revision.command()));
    }
    output.table(table);
    return 0;
  }

  private static JsonNode json(Revision revision) {
    return DiffText.into(
        Json.object()
            .put("revision", revision.number())
            .put("time", revision.time().toString())
            .put("who", revision.who())
            .put("command", revision.command()),
        revision.changes());
  }

  /** The number a word names. */
  static long number(String word) {
    if (!word.matches("[0-9]{1,18}")) {
      throw AdminException.usage("'" + word + "' is no revision", "", "a number of fw:history");
    }
    return Long.parseLong(word);
  }
}
