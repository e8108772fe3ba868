// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.security.AccessController;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.Function;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.sallyport.api.admin.ReadOnlyCommand;

/** Karaf's own shell with commands of the test's making. */
final class TestShell implements AutoCloseable {

  /** What a command does. */
  interface Body {
    Object run(Session session, List<Object> arguments) throws Exception;
  }

  private final ThreadIOImpl threadIo = new ThreadIOImpl();
  final SessionFactoryImpl factory;

  /** The arguments that the command {@code keep} was called with. */
  final List<List<Object>> kept = new ArrayList<>();

  /** The calls that passed the place where Karaf checks access, each with the caller's roles. */
  final List<String> checked = new CopyOnWriteArrayList<>();

  @SuppressWarnings("removal") // what Karaf 4.4 asks, and there is no other way on Java 17
  private static Set<String> roles() {
    return Subject.getSubject(AccessController.getContext())
        .getPrincipals(RolePrincipal.class)
        .stream()
        .map(Principal::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  TestShell() {
    threadIo.start();
    factory =
        new SessionFactoryImpl(threadIo) {
          @Override
          protected Function wrap(Command command) {
            // Where Karaf's own factory checks its access lists.
            Function inner = super.wrap(command);
            return (session, arguments) -> {
              checked.add(command.getScope() + ":" + command.getName() + " " + roles());
              return inner.execute(session, arguments);
            };
          }
        };
    add(new Reading("fw", "status", (session, arguments) -> null));
    add(
        new Plain(
            "fw",
            "keep",
            (session, arguments) -> {
              kept.add(List.copyOf(arguments));
              return null;
            }));
  }

  void add(Command command) {
    factory.register(command);
  }

  @Override
  public void close() {
    factory.stop();
    threadIo.stop();
  }

  /** A command for root. */
  static class Plain implements Command {
    private final String scope;
    private final String name;
    private final Body body;

    Plain(String scope, String name, Body body) {
      this.scope = scope;
      this.name = name;
      this.body = body;
    }

    @Override
    public Object execute(Session session, List<Object> arguments) throws Exception {
      return body.run(session, arguments);
    }

    @Override
    public String getScope() {
      return scope;
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

  /** A command for everybody. */
  static final class Reading extends Plain implements ReadOnlyCommand {
    Reading(String scope, String name, Body body) {
      super(scope, name, body);
    }
  }
}
