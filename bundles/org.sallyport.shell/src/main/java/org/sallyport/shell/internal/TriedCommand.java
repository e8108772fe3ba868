// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import picocli.CommandLine.Option;

/** A command whose change may be tried out until it is confirmed. */
abstract class TriedCommand extends ChangingCommand {

  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(s|m|h)");

  @Option(
      names = "--confirm",
      paramLabel = "D",
      description = {
        "In force at once, and taken back after D (1s to 24h: 30s, 2m) unless fw:confirm follows.",
        "Nothing of it is on disk before. A second one joins the first and restarts the time."
      })
  private Optional<String> confirm;

  /** How long somebody has to confirm; a command may know better. */
  Optional<Duration> confirmWithin() {
    return confirm.map(TriedCommand::time);
  }

  @Override
  final Execution execution() {
    Execution plain = super.execution();
    return new Execution(plain.dryRun(), confirmWithin(), plain.who(), plain.command());
  }

  /** A time to confirm in. */
  static Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
          };
      if (time.compareTo(Execution.SHORTEST_CONFIRM) >= 0
          && time.compareTo(Execution.LONGEST_CONFIRM) <= 0) {
        return time;
      }
    }
    throw AdminException.usage(
        "'" + text + "' is no time to confirm in", "--confirm", "from 1s to 24h: 30s, 2m, 1h");
  }
}
