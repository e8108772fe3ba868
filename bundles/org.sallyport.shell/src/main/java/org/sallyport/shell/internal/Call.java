// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.codec.text.Escapes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** One call of a command: reads the arguments, runs it, and says in one sentence what failed. */
final class Call {

  private static final Logger LOG = LoggerFactory.getLogger(Call.class);

  private final FwCommand command;
  private final CommandLine line;

  Call(FwCommand command) {
    this.command = command;
    this.line = parser(command);
  }

  /** A parser that hands every argument over as it came. */
  static CommandLine parser(FwCommand command) {
    return new CommandLine(command)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setTrimQuotes(false)
        .setPosixClusteredShortOptionsAllowed(false)
        .setAbbreviatedOptionsAllowed(false)
        .setAllowOptionsAsOptionParameters(true)
        .setOverwrittenOptionsAllowed(false)
        .setStopAtPositional(command.endsOptions())
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
  }

  /** Runs the command; answers with the exit status and never throws for what a user can cause. */
  int run(List<String> arguments, FirewallAdmin admin, Output output) {
    boolean json = wantsJson(arguments);
    try {
      checkValues(arguments);
      line.parseArgs(arguments.toArray(String[]::new));
      if (command.help()) {
        output.out().print(line.getUsageMessage());
        return 0;
      }
      return command.run(admin, output);
    } catch (CommandLine.ParameterException e) {
      String hint = "fw:" + line.getCommandName() + " --help shows how";
      return fail(AdminException.usage(String.valueOf(e.getMessage()), "", hint), json, output);
    } catch (AdminException e) {
      LOG.debug("The command {} was refused", line.getCommandName(), e);
      return fail(e, json, output);
    } catch (RuntimeException e) {
      LOG.error("The command {} failed", line.getCommandName(), e);
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return fail(
          AdminException.refused(message, line.getCommandName(), "the log has the details"),
          json,
          output);
    }
  }

  /**
   * Whatever follows the sign in {@code --comment=VALUE} is the value. But where a word of its own
   * is to be the value and is the name of an option, the value was forgotten; taking it would, for
   * example, turn a trial run into a real one.
   */
  private void checkValues(List<String> arguments) {
    Map<String, OptionSpec> options = line.getCommandSpec().optionsMap();
    for (int i = 0; i + 1 < arguments.size() && !arguments.get(i).equals("--"); i++) {
      OptionSpec option = options.get(arguments.get(i));
      String next = arguments.get(i + 1);
      if (option != null
          && option.arity().max() > 0
          && options.containsKey(next.split("=", 2)[0])) {
        String name = arguments.get(i);
        throw AdminException.usage(
            "a value is missing after " + name,
            "",
            "write " + name + "=" + next + " if you mean it");
      }
    }
  }

  /** Also true where the arguments are wrong, so that a script can always read the error. */
  private static boolean wantsJson(List<String> arguments) {
    int end = arguments.indexOf("--");
    return (end < 0 ? arguments : arguments.subList(0, end)).contains("--json");
  }

  private static int fail(AdminException e, boolean json, Output output) {
    String message = String.valueOf(e.getMessage());
    if (json) {
      ObjectNode error = Json.object();
      error
          .putObject("error")
          .put("message", message)
          .put("where", e.where())
          .put("hint", e.hint());
      output.err().println(Json.write(error));
    } else {
      String where = e.where().isEmpty() ? "" : e.where() + ": ";
      String hint = e.hint().isEmpty() ? "" : " (" + e.hint() + ")";
      output.err().println(Escapes.plain("sallyport: " + where + message + hint));
    }
    return e.kind() == AdminException.Kind.USAGE ? 2 : 1;
  }
}
