// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.admin.FirewallAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code fw:selftest}, for those who look for it in the console. The launcher has the self-test,
 * which asks a daemon of its own; it is started here as a program of its own, so that nothing of it
 * is in the way of this daemon.
 */
@Command(
    name = "selftest",
    description = {
      "Make flows of many kinds in network namespaces of its own, ask a daemon of its own who",
      "is behind each, and compare that with who made it. Touches neither this daemon nor its",
      "rules; takes a minute or two."
    })
final class SelftestCommand extends FwCommand {

  private final Path launcher;

  @Option(names = "--source", paramLabel = "S", description = "The step to try, or the best one.")
  private String source;

  @Option(names = "--count", paramLabel = "N", description = "How many flows of each kind.")
  private String count;

  @Option(names = "--rows", paramLabel = "N", description = "How many programs at a time.")
  private String rows;

  @Option(names = "--kind", paramLabel = "K", description = "Only this kind; may be repeated.")
  private List<String> kinds = List.of();

  @Option(
      names = "--patience",
      paramLabel = "S",
      description = "Seconds without news after which a flow counts as unknown.")
  private String patience;

  @Option(names = "--list", description = "Print the kinds and stop.")
  private boolean list;

  /**
   * Makes a command.
   *
   * @param home the distribution
   */
  SelftestCommand(Path home) {
    this.launcher = home.resolve("bin").resolve("sallyport");
  }

  @Override
  int run(FirewallAdmin admin, Output output) {
    return new ChildProgram(words()).run(output);
  }

  private List<String> words() {
    List<String> words = new ArrayList<>(List.of(launcher.toString(), "selftest"));
    add(words, "--source", source);
    add(words, "--count", count);
    add(words, "--rows", rows);
    kinds.forEach(kind -> add(words, "--kind", kind));
    add(words, "--patience", patience);
    if (list) {
      words.add("--list");
    }
    if (json()) {
      words.add("--json");
    }
    return words;
  }

  private static void add(List<String> words, String option, String value) {
    if (value != null) {
      words.add(option + "=" + value);
    }
  }
}
