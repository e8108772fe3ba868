// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.karaf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;

/** Runs commands as an administrator at the console does. */
final class Shell {

  private final SessionFactory sessions;

  Shell(SessionFactory sessions) {
    this.sessions = sessions;
  }

  /** What a command prints; fails if the command does. */
  String run(String line) {
    Set<RolePrincipal> roles =
        Set.of(
            new RolePrincipal("admin"),
            new RolePrincipal("manager"),
            new RolePrincipal("viewer"),
            new RolePrincipal("systembundles"));
    Subject admin = new Subject(true, roles, Set.of(), Set.of());
    try {
      return Subject.doAs(admin, (PrivilegedExceptionAction<String>) () -> execute(line));
    } catch (PrivilegedActionException e) {
      throw new AssertionError(line + " failed", e.getCause());
    }
  }

  private String execute(String line) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    Session session = sessions.create(new ByteArrayInputStream(new byte[0]), out, out);
    try {
      session.execute(line);
    } finally {
      session.close();
    }
    return bytes.toString(UTF_8);
  }
}
