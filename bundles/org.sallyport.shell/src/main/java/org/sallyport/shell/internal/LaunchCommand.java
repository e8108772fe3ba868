// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code fw:launch}, for those who look for it in the console: the client becomes the program, and
 * never asks the daemon. A daemon that started programs would give them its own terminal, limits
 * and rights.
 */
@Command(
    name = "launch",
    description = {
      "Start a program without network, in a group, in a cgroup or as another user,",
      "so that rules can speak of exactly this program: deny out group=noinet.",
      "Works outside of the console only: sallyport launch OPTION... PROGRAM."
    })
@SuppressWarnings("UnusedVariable") // the options are there for the help and for completion
final class LaunchCommand extends FwCommand {

  @Option(names = "--no-network", description = "In an empty network namespace; needs no root.")
  private boolean noNetwork;

  @Option(names = "--group", paramLabel = "G", description = "With the primary group G.")
  private String group;

  @Option(names = "--cgroup", paramLabel = "PATH", description = "In this cgroup (v2).")
  private String cgroup;

  @Option(names = "--create", description = "Make the group or the cgroup if it is missing.")
  private boolean create;

  @Option(names = "--user", paramLabel = "U", description = "As another user.")
  private String user;

  @Option(names = "--dry-run", description = "Check and say what would be done.")
  private boolean dryRun;

  @Parameters(arity = "0..*", paramLabel = "PROGRAM", description = "With its arguments.")
  private List<String> program;

  @Override
  boolean endsOptions() {
    return true;
  }

  @Override
  int run(FirewallAdmin admin, Output output) {
    throw AdminException.refused(
        "programs are started by the client, with the terminal and the rights of its caller",
        "launch",
        "outside of the console: sallyport launch --help");
  }
}
