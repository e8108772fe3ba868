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

  private Caller caller = Caller.UNKNOWN;
  private String commandLine = "";

  /** Tells the command who calls it, and how it was written; before it runs. */
  final void calledBy(Caller from, String line) {
    caller = from;
    commandLine = line;
  }

  /** Who calls. */
  final Caller caller() {
    return caller;
  }

  /** The command as it was written, for the history. */
  final String commandLine() {
    return commandLine;
  }

  /** Whether only the help was asked for. */
  final boolean help() {
    return help;
  }

  /** Whether JSON was asked for. */
  final boolean json() {
    return json;
  }

  /** Whether the first word that is no option ends the options, since another program's follow. */
  boolean endsOptions() {
    return false;
  }

  /**
   * Carries the command out.
   *
   * @return the exit status
   */
  abstract int run(FirewallAdmin admin, Output output);
}
