// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.Subject;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Function;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.support.CommandException;
import org.sallyport.api.admin.AdminException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one command in a Karaf session of its own. Thread-safe.
 *
 * <p>What the shell interprets is the constant {@link #SCRIPT}, never a word of the client: a shell
 * session is the only way to have {@code System.out} of the command's thread lead to the client,
 * and the function behind the constant hands the arguments over as they are.
 */
final class CommandRunner {

  private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);

  private static final String SCRIPT = "sallyportcall";

  /** How long a client waits for our commands while they are being replaced. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final SessionFactory factory;
  private final CommandLookup lookup;

  CommandRunner(SessionFactory factory) {
    this.factory = factory;
    this.lookup = new CommandLookup(factory.getRegistry(), PATIENCE);
  }

  /** Whether our commands are there. */
  boolean ready() {
    return lookup.ready();
  }

  /**
   * Runs the command on the calling thread until it ends.
   *
   * @return the exit status
   * @throws Failure if it was not found, not allowed or not carried out
   */
  int run(List<String> words, TerminalInfo terminal, Peer peer, ClientStreams streams)
      throws Failure {
    String word = words.get(0);
    // Also the search: the shell shows its commands only to who may run them.
    PrivilegedExceptionAction<Object> call =
        () -> {
          Command command = lookup.find(word, peer.access());
          return call(command, words.subList(1, words.size()), terminal, peer, streams);
        };
    try {
      Object result = Subject.doAs(peer.access().subject(peer.user()), call);
      return result instanceof Integer status ? status & 0xff : 0;
    } catch (PrivilegedActionException e) {
      throw failure(word, e.getCause());
    } catch (RuntimeException e) {
      throw failure(word, e);
    }
  }

  private Object call(
      Command command,
      List<String> arguments,
      TerminalInfo terminal,
      Peer peer,
      ClientStreams streams)
      throws Exception {
    Session session = factory.create(streams.in(), streams.out(), streams.err());
    try {
      describe(terminal, session);
      introduce(terminal, peer, session);
      CommandSession shell = (CommandSession) session.get(".commandSession");
      // What the shell itself holds under the name checks Karaf's access list before the command.
      Function checked = (Function) shell.get(command.getScope() + ":" + command.getName());
      if (checked == null) {
        throw Failure.refused(
            "the command went away just now", command.getName(), "try again in a moment");
      }
      List<Object> handed = new ArrayList<>(arguments);
      Function call = (inner, nothing) -> checked.execute(inner, handed);
      shell.put(SCRIPT, call);
      Object result = shell.execute(SCRIPT);
      if (result != null && !(result instanceof Integer)) {
        streams.out().println(shell.format(result, Converter.INSPECT));
      }
      return result;
    } finally {
      session.close();
    }
  }

  /** Commands find the client's terminal in the session's variables. */
  private static void describe(TerminalInfo terminal, Session session) {
    session.put("TERM", terminal.type());
    session.put("COLUMNS", terminal.columns());
    session.put("LINES", terminal.rows());
    session.put("sallyport.tty", terminal.output());
    session.put("sallyport.utf8", terminal.utf8());
  }

  /** Commands find the client in the session's variables. */
  static void introduce(TerminalInfo terminal, Peer peer, Session session) {
    session.put("sallyport.who", peer.who());
    session.put("sallyport.ssh", terminal.remote());
    session.put("sallyport.asks", terminal.input());
  }

  private static Failure failure(String word, Throwable e) {
    if (e instanceof Failure known) {
      return known;
    }
    if (e instanceof AdminException refused) {
      return Failure.of(refused);
    }
    if (e instanceof CommandException) {
      return Failure.usage(String.valueOf(e.getMessage()), word, "");
    }
    if (e instanceof SecurityException) {
      return Failure.refused("the shell's access list does not allow this", word, "");
    }
    if (Thread.currentThread().isInterrupted() || e instanceof InterruptedException) {
      return Failure.refused("interrupted", word, "");
    }
    LOG.error("The command {} failed", word, e);
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return Failure.refused(message, word, "the log has the details");
  }
}
