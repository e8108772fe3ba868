// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.backend.Mode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fw:mode}. */
@Command(name = "mode", description = "Set whether verdicts bind.")
final class ModeCommand extends TriedCommand {

  @Parameters(
      paramLabel = "MODE",
      description = "observe: judge, record and let pass; enforce: judge and enforce.")
  private String word;

  @Option(names = "--yes", description = "Do not ask whether to enforce over SSH for good.")
  private boolean yes;

  private Optional<Duration> answered = Optional.empty();

  @Override
  Optional<Duration> confirmWithin() {
    return answered.or(super::confirmWithin);
  }

  /** Who enforces over the network may be the first that is cut off, and could not undo it. */
  private void ask(FirewallAdmin admin, Output output) {
    if (!caller().remote() || yes || dryRun() || super.confirmWithin().isPresent()) {
      return;
    }
    if (admin.status().mode() == Mode.ENFORCE) {
      return; // it changes nothing
    }
    if (!caller().asked()) {
      throw left("this login came over SSH, and enforcing may cut it off");
    }
    String answer =
        caller()
            .ask(
                "This login came over SSH, and enforcing may cut it off.\n"
                    + "After what time shall it be taken back unless you confirm it?"
                    + " [2m; 30s, 1h, ...; never] ",
                output)
            .orElseThrow(() -> left("no answer"))
            .strip();
    if (!answer.equals("never")) {
      answered = Optional.of(time(answer.isEmpty() ? "2m" : answer));
    }
  }

  private static AdminException left(String why) {
    return AdminException.refused(
        why,
        "mode enforce",
        "with --confirm 2m it is taken back unless you confirm it; --yes enforces for good");
  }

  @Override
  int run(FirewallAdmin admin, Output output) {
    Mode mode = Words.mode(word);
    if (mode == Mode.ENFORCE) {
      ask(admin, output);
    }
    admin.setMode(mode, execution());
    return report(output, "mode " + mode.word(), Json.object().put("mode", mode.word()));
  }
}
