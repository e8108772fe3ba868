// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;

/** {@code fw:export}. */
@Command(
    name = "export",
    description = "Print what commands set and added as one text, which fw:apply takes back.")
final class ExportCommand extends FwCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    String text = admin.export();
    if (json()) {
      output.json(Json.object().put("policy", text));
    } else {
      text.lines().forEach(output::line);
    }
    return 0;
  }
}
