// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.codec.text.Escapes;

/** Shows a plan to people and programs. */
final class PlanText {

  private PlanText() {}

  /** Where each rule is enforced and why, then what each backend installs. */
  static void print(EnforcementPlan plan, Output output) {
    ShellTable table = new ShellTable().emptyTableText("there are no rules");
    List.of("id", "rule", "by", "why").forEach(table::column);
    for (EnforcementPlan.Place place : plan.rules()) {
      table
          .addRow()
          .addContent(
              Escapes.plain(place.id()),
              Escapes.plain(place.text()),
              Escapes.plain(place.backend().orElse("nobody")),
              Escapes.plain(place.why()));
    }
    output.table(table);
    for (EnforcementPlan.Part part : plan.backends()) {
      output.line("");
      output.line(part.backend() + (part.active() ? " holds:" : " would hold:"));
      part.installs().forEach(line -> output.line("  " + line));
      if (part.installs().isEmpty()) {
        output.line("  nothing of a rule's own");
      }
    }
    if (!plan.complete()) {
      output.line("");
      output.line("these backends cannot hold every rule");
    }
  }

  /** The plan as an object. */
  static ObjectNode json(EnforcementPlan plan) {
    ObjectNode node = Json.object().put("complete", plan.complete());
    node.set("backends", Json.array(plan.backends(), PlanText::json));
    node.set("rules", Json.array(plan.rules(), PlanText::json));
    return node;
  }

  private static ObjectNode json(EnforcementPlan.Part part) {
    ObjectNode node = Json.object().put("name", part.backend()).put("active", part.active());
    node.set("installs", Json.texts(part.installs()));
    return node;
  }

  private static ObjectNode json(EnforcementPlan.Place place) {
    return Json.object()
        .put("id", place.id())
        .put("text", place.text())
        .put("backend", place.backend().orElse(null))
        .put("why", place.why());
  }
}
