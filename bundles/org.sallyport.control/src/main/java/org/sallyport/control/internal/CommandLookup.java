// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Registry;
import org.apache.karaf.shell.api.console.Session;
import org.sallyport.api.admin.ReadOnlyCommand;

/**
 * Finds the command of a request and says whether the peer may run it. Karaf's access lists sit
 * behind the registry, and a missing list allows everything; so readers are held to commands that
 * declare themselves {@link ReadOnlyCommand}.
 */
final class CommandLookup {

  private static final String OWN_SCOPE = "fw";

  /** The options that may stand before the command's name; the client knows them too. */
  private static final List<String> LEADING =
      List.of(
          "--json",
          "--dry-run",
          "--help",
          "-h",
          "--yes",
          "--once",
          "--until-restart",
          "--until-exit");

  /** Of those, the ones whose value follows as a word of its own, if not after a sign. */
  private static final List<String> LEADING_WITH_VALUE =
      List.of("--for", "--until", "--priority", "--id", "--store", "--comment", "--confirm");

  private static final long ASK_AGAIN_NS = 10_000_000;

  private final Registry registry;
  private final Duration patience;

  /**
   * Looks commands up.
   *
   * @param registry where they are
   * @param patience how long to wait for ours while they are being replaced
   */
  CommandLookup(Registry registry, Duration patience) {
    this.registry = registry;
    this.patience = patience;
  }

  /** Whether our commands are there. */
  boolean ready() {
    return registry.getCommand(OWN_SCOPE, "status") != null;
  }

  /** The arguments with the command's name first: options may stand before it. */
  static List<String> nameFirst(List<String> arguments) {
    int name = 0;
    while (name < arguments.size() && skipped(arguments.get(name)) > 0) {
      name += skipped(arguments.get(name));
    }
    if (name >= arguments.size() || arguments.get(name).startsWith("-")) {
      return arguments;
    }
    List<String> moved = new ArrayList<>(arguments);
    moved.add(0, moved.remove(name));
    return moved;
  }

  /** How many words a leading option takes; 0 if the word is none. */
  private static int skipped(String word) {
    if (LEADING_WITH_VALUE.contains(word)) {
      return 2;
    }
    int sign = word.indexOf('=');
    boolean withValue = sign > 0 && LEADING_WITH_VALUE.contains(word.substring(0, sign));
    return withValue || LEADING.contains(word) ? 1 : 0;
  }

  /**
   * The command of a word.
   *
   * @param word a name, which is one of ours, or scope and name with a colon between
   * @param access what the peer may do
   * @throws Failure if there is none, or the peer may not run it
   */
  Command find(String word, Access access) throws Failure {
    try {
      return findNow(word, access);
    } catch (Failure e) {
      if (!commandsMayReturn(word)) {
        throw e;
      }
    }
    return findNow(word, access);
  }

  /** Waits for our commands while they are being replaced; says whether asking again is of use. */
  private boolean commandsMayReturn(String word) {
    boolean own = word.indexOf(':') < 0 || word.startsWith(OWN_SCOPE + ":");
    if (!own || ready()) {
      return false;
    }
    long endNs = System.nanoTime() + patience.toNanos();
    while (!ready() && System.nanoTime() - endNs < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(ASK_AGAIN_NS);
    }
    return ready();
  }

  private Command findNow(String word, Access access) throws Failure {
    int colon = word.indexOf(':');
    String scope = colon < 0 ? OWN_SCOPE : word.substring(0, colon);
    String name = word.substring(colon + 1);
    if (access != Access.ROOT && !scope.equals(OWN_SCOPE)) {
      throw Failure.refused(
          "only root may run commands of other scopes than " + OWN_SCOPE, word, "");
    }
    Command command =
        lookUp(scope, name, colon >= 0).orElseThrow(() -> unknown(scope, word, access));
    if (access != Access.ROOT && !isReading(command)) {
      throw Failure.refused(
          "only root may run this; members of the group sallyport may read",
          word,
          "try: sudo sallyport " + word);
    }
    return command;
  }

  private static boolean isReading(Command command) {
    return command instanceof ReadOnlyCommand;
  }

  private Optional<Command> lookUp(String scope, String name, boolean scoped) {
    Command command = registry.getCommand(scope, name);
    if (command == null && scoped) {
      // The shell shows its global commands, such as help, under any scope.
      command = registry.getCommand(Session.SCOPE_GLOBAL, name);
    }
    return Optional.ofNullable(command);
  }

  private Failure unknown(String scope, String word, Access access) {
    if (scope.equals(OWN_SCOPE) && !ready()) {
      return Failure.refused("the commands are being replaced", word, "try again in a moment");
    }
    boolean scoped = word.indexOf(':') >= 0;
    List<String> known =
        registry.getCommands().stream()
            .filter(command -> scoped || command.getScope().equals(OWN_SCOPE))
            .filter(command -> access == Access.ROOT || isReading(command))
            .map(c -> scoped ? c.getScope() + ":" + c.getName() : c.getName())
            .toList();
    String hint =
        Suggestion.nearest(word, known)
            .map(near -> "did you mean " + near + "?")
            .orElse("sallyport help shows what there is");
    return Failure.usage("there is no command " + word, "", hint);
  }
}
