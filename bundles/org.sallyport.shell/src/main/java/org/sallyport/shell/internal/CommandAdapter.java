// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import java.util.function.Supplier;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.ReadOnlyCommand;
import picocli.CommandLine;

/**
 * Makes a Karaf command of one of ours. It answers with the exit status, which the console does not
 * print and the control socket hands on; what fails is printed here, as one sentence, so that it
 * reads the same in both.
 */
class CommandAdapter implements Command {

  /** The scope of all our commands. */
  static final String SCOPE = "fw";

  private static final int MAX_LINE = 1000;

  private final Supplier<FwCommand> maker;
  private final FirewallAdmin admin;
  private final CommandLine.Model.CommandSpec spec;

  CommandAdapter(Supplier<FwCommand> maker, FirewallAdmin admin) {
    this.maker = maker;
    this.admin = admin;
    this.spec = Call.parser(maker.get()).getCommandSpec();
  }

  /** The same for a command that only reads. */
  static final class Reading extends CommandAdapter implements ReadOnlyCommand {
    Reading(Supplier<FwCommand> maker, FirewallAdmin admin) {
      super(maker, admin);
    }
  }

  @Override
  public Object execute(Session session, List<Object> arguments) {
    // The console hands over words as character sequences of its own.
    List<String> words = arguments.stream().map(String::valueOf).toList();
    FwCommand command = maker.get();
    command.calledBy(Caller.of(session), line(words));
    return new Call(command).run(words, admin, Output.of(session));
  }

  /** As it was written, cut to a bearable length; a word with a blank in it gets quotes. */
  private String line(List<String> words) {
    StringBuilder line = new StringBuilder(getName());
    for (String word : words) {
      line.append(' ').append(word.contains(" ") ? "\"" + word + "\"" : word);
    }
    return line.length() <= MAX_LINE
        ? line.toString()
        : line.substring(0, line.offsetByCodePoints(0, MAX_LINE / 2)) + "…";
  }

  @Override
  public String getScope() {
    return SCOPE;
  }

  @Override
  public String getName() {
    return spec.name();
  }

  @Override
  public String getDescription() {
    return String.join(" ", spec.usageMessage().description());
  }

  @Override
  public Completer getCompleter(boolean scoped) {
    return new WordCompleter(spec, admin);
  }

  @Override
  public Parser getParser() {
    return null;
  }
}
