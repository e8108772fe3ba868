// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.codec.text.Escapes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

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
        .setAllowOptionsAsOptionParameters(false)
        .setOverwrittenOptionsAllowed(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
  }

  /** Runs the command; answers with the exit status and never throws for what a user can cause. */
  int run(List<String> arguments, FirewallAdmin admin, Output output) {
    boolean json = wantsJson(arguments);
    try {
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
