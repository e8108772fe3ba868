// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedAction;
import java.util.function.Consumer;
import javax.security.auth.Subject;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;

/** Runs the interactive shell on the client's terminal; for root only. Thread-safe. */
final class ConsoleRunner {

  /** The word that opens it; no command of the registry. */
  static final String WORD = "console";

  private static final String EXIT = "exit";

  private final SessionFactory factory;

  ConsoleRunner(SessionFactory factory) {
    this.factory = factory;
  }

  /**
   * Runs the shell on the calling thread until its user leaves or the client goes.
   *
   * @param opened told the terminal before the first prompt
   * @throws Failure if the peer may not, or has no terminal
   * @throws IOException if the connection failed
   */
  void run(
      Request request,
      Peer peer,
      ClientInput in,
      FrameSender sender,
      Consumer<FrameTerminal> opened)
      throws Failure, IOException {
    if (peer.access() != Access.ROOT) {
      throw Failure.refused("only root may open the console", WORD, "try: sudo sallyport console");
    }
    if (request.arguments().size() > 1) {
      throw Failure.usage("the console takes no arguments", WORD, "");
    }
    if (!request.terminal().input() || !request.terminal().output()) {
      throw Failure.usage(
          "the console needs a terminal", WORD, "for scripts: sallyport COMMAND ARGUMENT...");
    }
    sender.send(FrameType.RAW);
    FrameOutputStream out = new FrameOutputStream(sender, FrameType.OUTPUT);
    try (FrameTerminal terminal = new FrameTerminal(request.terminal(), in, out)) {
      opened.accept(terminal);
      PrivilegedAction<Void> shell = () -> runShell(terminal, request.terminal(), peer);
      Subject.doAs(peer.access().subject(peer.user()), shell);
    }
  }

  private Void runShell(FrameTerminal terminal, TerminalInfo info, Peer peer) {
    PrintStream out = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
    Session session =
        factory.create(
            terminal.input(), out, out, terminal, StandardCharsets.UTF_8.name(), () -> {});
    try {
      session.put("TERM", info.type());
      session.put("sallyport.tty", true);
      session.put("sallyport.utf8", info.utf8());
      CommandRunner.introduce(info, peer, session);
      leaveOnExit(session);
      session.run();
    } finally {
      session.close();
      // Closing a session interrupts its thread; the status is still to be sent on it.
      Thread.interrupted();
    }
    return null;
  }

  /** Karaf's own {@code exit} leaves subshells only; here it also ends the session, never Karaf. */
  private static void leaveOnExit(Session session) {
    CommandSession shell = (CommandSession) session.get(".commandSession");
    Function leaveSubshell = (Function) shell.get("*:" + EXIT);
    Function exit =
        (inner, arguments) -> {
          if (!"".equals(session.get(Session.SUBSHELL))) {
            return leaveSubshell.execute(inner, arguments);
          }
          session.close();
          return null;
        };
    session.put(EXIT, exit);
  }
}
