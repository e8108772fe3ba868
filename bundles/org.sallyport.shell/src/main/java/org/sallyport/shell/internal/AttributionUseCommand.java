// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:attribution-use}. */
@Command(
    name = "attribution-use",
    description = {
      "Find the program behind a flow by this source, while traffic flows and after a restart; auto",
      "takes the best one there is. What the source does not know is unknown: allow rules on",
      "programs do not apply to it. Should it be missing one day, the best one is used meanwhile."
    })
final class AttributionUseCommand extends TriedCommand {

  @Parameters(
      paramLabel = "NAME",
      description = "bpf, sockdiag, procfs or auto; see fw:attribution.")
  private String source;

  @Override
  int run(FirewallAdmin admin, Output output) {
    AttributionStatus now = admin.useAttribution(source, execution());
    String used = now.source().equals(source) ? "" : ", " + now.source() + " is used";
    String done = "attribution " + source + (dryRun() ? "" : used);
    return report(output, done, Json.object().put("chosen", source).put("source", now.source()));
  }
}
