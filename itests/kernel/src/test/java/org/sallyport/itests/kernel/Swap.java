// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.sallyport.itests.kernel.kit.Client;
import org.sallyport.itests.kernel.kit.Command;

/**
 * One part that is replaced in one way, by the commands a person would type.
 *
 * @param part the part
 * @param kind the way
 */
record Swap(Part part, Kind kind) {

  /** The parts that are replaced while traffic flows: add one here and it takes part. */
  enum Part {
    ENGINE,
    NFQUEUE,
    ATTRIBUTION_BPF,
    ATTRIBUTION_SOCKDIAG,
    ATTRIBUTION_PROCFS,
    STORE_FILE,
    STORE_MEMORY,
    EVENTS,
    CONTROL,
    SHELL;

    String bundle() {
      return "org.sallyport." + name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    String feature() {
      return "sallyport-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The ways. */
  enum Kind {
    UPDATE,
    STOP_START,
    REFRESH,
    FEATURE;

    private List<String> commands(Part part) {
      return switch (this) {
        case UPDATE -> List.of("bundle:update " + part.bundle());
        case STOP_START -> List.of("bundle:stop " + part.bundle(), "bundle:start " + part.bundle());
        case REFRESH -> List.of("bundle:refresh " + part.bundle());
        case FEATURE ->
            List.of("feature:uninstall " + part.feature(), "feature:install " + part.feature());
      };
    }
  }

  /** Any swap of those there are. */
  static Swap any(Random random) {
    return new Swap(
        Part.values()[random.nextInt(Part.values().length)],
        Kind.values()[random.nextInt(Kind.values().length)]);
  }

  /**
   * Carries it out; fails if a command does not end with 0.
   *
   * @param client a client of the daemon
   * @param folder where a script may lie
   */
  void carryOut(Client client, Path folder) {
    List<String> commands = kind.commands(part);
    if (commands.size() == 1) {
      check(commands.get(0), client.run(commands.get(0).split(" ")));
      return;
    }
    // One session gives both orders: without the control socket no second client would be heard,
    // and how long a source of subjects is away should not depend on when a client gets its turn.
    source(client, folder, commands);
  }

  private static void source(Client client, Path folder, List<String> commands) {
    Path script = folder.resolve("swap.gogo");
    try {
      Files.writeString(script, String.join("\n", commands) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    check(commands.toString(), client.run("shell:source", script.toUri().toString()));
  }

  private static void check(String command, Command.Result result) {
    if (result.status() != 0) {
      throw new AssertionError(command + " ended with " + result.status() + ": " + result.err());
    }
  }

  @Override
  public String toString() {
    return (part + " " + kind).toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
