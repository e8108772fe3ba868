// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.PolicyText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:apply}. The client opens the file and hands it over as standard input. */
@Command(
    name = "apply",
    description = {
      "Replace what commands set and added by a policy's text, all or nothing.",
      "What the text does not name (mode, defaults, fail, loopback, rules) stays as it is;",
      "rules in files of your own and rules that end by themselves are never touched."
    })
final class ApplyCommand extends TriedCommand {

  private static final int MAX_BYTES = 1 << 20;

  @Parameters(paramLabel = "FILE", description = "A file as fw:export prints it, or - for input.")
  private String file;

  @Override
  int run(FirewallAdmin admin, Output output) {
    if (caller().interactive()) {
      throw AdminException.refused(
          "the console reads no files", "apply", "outside of it: sallyport apply FILE");
    }
    String name = file.equals("-") ? "standard input" : file;
    PolicyText text = new PolicyText(name, caller().text(name, MAX_BYTES));
    return report(output, admin.apply(text, execution()));
  }
}
