// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.rule.Action;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds a rule; its subclasses are the actions. */
abstract class AddCommand extends TriedCommand {

  @Option(names = "--for", paramLabel = "D", description = "How long the rule stands: 90s, 1h, 7d.")
  private Optional<String> duration;

  @Option(names = "--until", paramLabel = "T", description = "When it ends: 2026-12-31T18:00.")
  private Optional<String> until;

  @Option(names = "--once", description = "It stands for the first flow it decides.")
  private boolean once;

  @Option(names = "--until-restart", description = "It stands until the daemon stops.")
  private boolean untilRestart;

  @Option(names = "--until-exit", description = "It stands until its process.pid has exited.")
  private boolean untilExit;

  @Option(names = "--priority", paramLabel = "N", description = "Lower is asked first; 1000.")
  private Optional<Integer> priority;

  @Option(names = "--id", paramLabel = "ID", description = "1 to 24 of a-z, 0-9 and -.")
  private Optional<String> id;

  @Option(names = "--store", paramLabel = "S", description = "Where it is kept; see fw:stores.")
  private Optional<String> store;

  @Option(names = "--comment", paramLabel = "C", description = "A note for people.")
  private Optional<String> comment;

  @Parameters(
      arity = "1..*",
      paramLabel = "CRITERION",
      description = "in, out or forward, then attribute=value[,value...]; see fw:explain.")
  private List<String> words;

  /** What the rule does. */
  abstract Action action();

  @Override
  int run(FirewallAdmin admin, Output output) {
    return report(output, "added", "add", admin.add(request(), execution()));
  }

  /** The rule as asked for, every word as it was typed. */
  final RuleRequest request() {
    List<String> all = new ArrayList<>(List.of(action().word()));
    all.addAll(words);
    OptionalInt number = priority.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    return new RuleRequest(all, lifetime(), number, id, store, comment.orElse(""));
  }

  private List<String> lifetime() {
    List<List<String>> given = new ArrayList<>();
    duration.ifPresent(value -> given.add(List.of("for", value)));
    until.ifPresent(value -> given.add(List.of("until", value)));
    if (once) {
      given.add(List.of("once"));
    }
    if (untilRestart) {
      given.add(List.of("until-restart"));
    }
    if (untilExit) {
      given.add(List.of("until-exit"));
    }
    if (given.size() > 1) {
      throw AdminException.usage(
          "a rule has one lifetime", "--" + given.get(1).get(0), "leave one of them out");
    }
    return given.isEmpty() ? List.of() : given.get(0);
  }
}
