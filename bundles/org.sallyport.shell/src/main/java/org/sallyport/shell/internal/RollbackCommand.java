// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.Optional;
import java.util.OptionalLong;
import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:rollback}. */
@Command(
    name = "rollback",
    description = {
      "Take back what waits for confirmation; or else go back to an earlier revision.",
      "It is a change like any other: rolling back again takes it back.",
      "Rules that had ended by then, or that end by themselves, do not come back."
    })
final class RollbackCommand extends TriedCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "REVISION",
      description = "A number of fw:history; the one before if none is given.")
  private Optional<String> revision;

  @Override
  int run(FirewallAdmin admin, Output output) {
    OptionalLong number =
        revision
            .map(text -> OptionalLong.of(HistoryCommand.number(text)))
            .orElseGet(OptionalLong::empty);
    return report(output, admin.rollback(number, execution()));
  }
}
