// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.apache.karaf.shell.support.table.Col;
import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.codec.text.Escapes;
import picocli.CommandLine.Command;

/** {@code fw:rules}. */
@Command(name = "rules", description = "Show the rules in the order they are asked.")
final class RulesCommand extends FwCommand {

  /** The least that a rule's text is wrapped to. */
  private static final int MIN_TEXT_COLUMNS = 20;

  @Override
  int run(FirewallAdmin admin, Output output) {
    List<RuleInfo> rules = admin.rules();
    if (json()) {
      output.json(Json.array(rules, RuleJson::of));
    } else {
      output.table(table(rules, output.columns()));
    }
    return 0;
  }

  private static ShellTable table(List<RuleInfo> rules, int columns) {
    ShellTable table = new ShellTable().emptyTableText("there are no rules");
    table.column("prio").alignRight();
    table.column("id");
    Col text = table.column("rule");
    table.column("by");
    table.column("packets").alignRight();
    int others = 0;
    for (RuleInfo rule : rules) {
      String by = enforcer(rule);
      String packets = Long.toString(rule.packets());
      others = Math.max(others, rule.id().length() + by.length() + Math.max(7, packets.length()));
      table
          .addRow()
          .addContent(
              rule.priority(), Escapes.plain(rule.id()), Escapes.plain(rule.text()), by, packets);
    }
    if (columns > 0) {
      // Four separators of three columns, and a priority of up to five digits.
      text.maxSize(Math.max(MIN_TEXT_COLUMNS, columns - others - 17)).wrap();
    }
    return table;
  }

  private static String enforcer(RuleInfo rule) {
    if (!rule.enabled()) {
      return "disabled";
    }
    return Escapes.plain(rule.backend().orElse("unresolved"));
  }
}
