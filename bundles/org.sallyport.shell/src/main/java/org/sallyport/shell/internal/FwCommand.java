// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Option;

/** What all commands share. An instance serves one call: picocli writes the options into it. */
abstract class FwCommand {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  private boolean help;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Whether only the help was asked for. */
  final boolean help() {
    return help;
  }

  /** Whether JSON was asked for. */
  final boolean json() {
    return json;
  }

  /**
   * Carries the command out.
   *
   * @return the exit status
   */
  abstract int run(FirewallAdmin admin, Output output);
}
