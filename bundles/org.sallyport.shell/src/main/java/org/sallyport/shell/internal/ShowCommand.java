// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.RuleInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:show}. */
@Command(name = "show", description = "Show one rule, and where and how it is enforced.")
final class ShowCommand extends FwCommand {

  @Parameters(paramLabel = "ID", description = "The rule's id; see fw:rules.")
  private String id;

  @Override
  int run(FirewallAdmin admin, Output output) {
    RuleInfo rule = admin.rule(id);
    if (json()) {
      output.json(RuleJson.of(rule));
      return 0;
    }
    row(output, "id", rule.id());
    row(output, "rule", rule.text());
    row(output, "priority", Integer.toString(rule.priority()));
    row(output, "state", rule.enabled() ? "enabled" : "disabled");
    row(output, "backend", rule.backend().orElse("none: not enforced now"));
    rule.note().ifPresent(note -> row(output, "note", note));
    row(output, "store", rule.store());
    row(output, "written in", rule.origin().toString());
    row(output, "decided", rule.packets() + " packets, " + rule.bytes() + " bytes");
    row(output, "last", rule.lastHit().map(Object::toString).orElse("never"));
    if (!rule.comment().isEmpty()) {
      row(output, "comment", rule.comment());
    }
    return 0;
  }

  private static void row(Output output, String name, String value) {
    output.line("%-12s %s".formatted(name, value));
  }
}
