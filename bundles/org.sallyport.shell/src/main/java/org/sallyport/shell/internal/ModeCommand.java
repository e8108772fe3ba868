// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.backend.Mode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:mode}. */
@Command(name = "mode", description = "Set whether verdicts bind.")
final class ModeCommand extends ChangingCommand {

  @Parameters(
      paramLabel = "MODE",
      description = "observe: judge, record and let pass; enforce: judge and enforce.")
  private String word;

  @Override
  int run(FirewallAdmin admin, Output output) {
    Mode mode = Words.mode(word);
    admin.setMode(mode, execution());
    return report(output, "mode " + mode.word(), Json.object().put("mode", mode.word()));
  }
}
