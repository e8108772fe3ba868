// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.names;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.sallyport.engine.internal.attribute.NameResolver;
import org.sallyport.engine.internal.text.UnknownNameException;

/**
 * Asks getent(1) for the users and groups of one policy. Each name is asked once; all questions
 * together take at most two seconds. Used by one thread, for one compilation.
 */
public final class HostNames implements NameResolver {

  private static final String GETENT = "/usr/bin/getent";
  private static final long LIMIT_MS = 2_000;

  private final CommandRunner runner;
  private final LongSupplier clockNs;
  private final long startNs;
  private final Map<List<String>, Long> known = new HashMap<>();

  /** Creates a resolver; its two seconds begin now. */
  public HostNames() {
    this(new HostCommands(), System::nanoTime);
  }

  HostNames(CommandRunner runner, LongSupplier clockNs) {
    this.runner = Objects.requireNonNull(runner, "runner");
    this.clockNs = clockNs;
    this.startNs = clockNs.getAsLong();
  }

  @Override
  public long userId(String name) {
    return known.computeIfAbsent(List.of("passwd", name), key -> ask("passwd", "user", name));
  }

  @Override
  public long groupId(String name) {
    return known.computeIfAbsent(List.of("group", name), key -> ask("group", "group", name));
  }

  private long ask(String database, String kind, String name) {
    long leftMs = LIMIT_MS - (clockNs.getAsLong() - startNs) / 1_000_000;
    if (leftMs <= 0) {
      throw new UnknownNameException(
          "the " + kind + " '" + name + "' was not looked up: names took longer than 2 s",
          "Write the number instead, or mend the name service.");
    }
    try {
      CommandRunner.Result result = runner.run(List.of(GETENT, database, name), leftMs);
      return id(result.output(), kind, name);
    } catch (IOException e) {
      throw new UnknownNameException(
          "the " + kind + " '" + name + "' could not be looked up: " + e.getMessage(),
          "Write the number instead.");
    }
  }

  /** Both databases have the lines {@code name:password:id:…}, passwd(5) and group(5). */
  private static long id(String output, String kind, String name) {
    for (String line : output.split("\n", -1)) {
      String[] fields = line.split(":", 4);
      if (fields.length >= 3 && fields[0].equals(name) && fields[2].matches("[0-9]{1,10}")) {
        return Long.parseLong(fields[2]);
      }
    }
    throw new UnknownNameException(
        "there is no " + kind + " '" + name + "' on this host", "Write its number, or create it.");
  }
}
