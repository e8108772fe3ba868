// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:backend-use}. */
@Command(
    name = "backend-use",
    description = {
      "Make these backends the ones that enforce, while traffic flows: every verdict stays what it",
      "is. What the first cannot decide goes on to the next; nfqueue, which can decide everything,",
      "stands last. Refused if a rule could not be held, and then nothing changes; fw:plan A,B tells."
    })
final class BackendUseCommand extends TriedCommand {

  @Parameters(
      arity = "1",
      index = "0",
      paramLabel = "A,B",
      split = ",",
      description = "Backends in order: nfqueue; owner-iptables; owner-iptables,nfqueue.")
  private List<String> backends;

  @Override
  int run(FirewallAdmin admin, Output output) {
    EnforcementPlan plan = admin.useBackends(backends, execution());
    ObjectNode json = Json.object();
    json.set("backends", Json.texts(backends));
    json.set("rules", PlanText.json(plan).get("rules"));
    return report(output, "backends " + String.join(",", backends), json);
  }
}
