// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:plan}. */
@Command(
    name = "plan",
    description = {
      "Show where each rule is enforced and why there, and what each backend puts into the kernel:",
      "for the active backends, or for those that are named."
    })
final class PlanCommand extends FwCommand {

  @Parameters(
      arity = "0..1",
      index = "0",
      paramLabel = "A,B",
      split = ",",
      description = "Backends in order; see fw:backends.")
  private List<String> backends = List.of();

  @Override
  int run(FirewallAdmin admin, Output output) {
    EnforcementPlan plan = admin.plan(backends);
    if (json()) {
      output.json(PlanText.json(plan));
    } else {
      PlanText.print(plan, output);
    }
    return 0;
  }
}
