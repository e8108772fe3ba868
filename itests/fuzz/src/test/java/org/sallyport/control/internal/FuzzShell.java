// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.util.List;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.sallyport.api.admin.ReadOnlyCommand;

/** Karaf's own shell with two commands: one says nothing, one says what it is given. */
final class FuzzShell {

  private FuzzShell() {}

  static SessionFactoryImpl make() {
    ThreadIOImpl threadIo = new ThreadIOImpl();
    threadIo.start();
    SessionFactoryImpl factory = new SessionFactoryImpl(threadIo);
    factory.register(new Quiet("status"));
    factory.register(new Echo());
    return factory;
  }

  /** Says nothing. */
  private static class Quiet implements Command, ReadOnlyCommand {
    private final String name;

    Quiet(String name) {
      this.name = name;
    }

    @Override
    public Object execute(Session session, List<Object> arguments) throws Exception {
      return null;
    }

    @Override
    public String getScope() {
      return "fw";
    }

    @Override
    public String getName() {
      return name;
    }

    @Override
    public String getDescription() {
      return name;
    }

    @Override
    public Completer getCompleter(boolean scoped) {
      return null;
    }

    @Override
    public Parser getParser() {
      return null;
    }
  }

  /** Copies its arguments and its input to its output. */
  private static final class Echo extends Quiet {
    Echo() {
      super("echo");
    }

    @Override
    public Object execute(Session session, List<Object> arguments) throws Exception {
      session.getConsole().print(arguments);
      session.getKeyboard().transferTo(session.getConsole());
      return arguments.size();
    }
  }
}
