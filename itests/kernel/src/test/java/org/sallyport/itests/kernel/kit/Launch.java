// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How a program is started through the launcher: the words that stand before the program. */
public final class Launch {

  private static final Path HOME = Path.of(System.getProperty("sallyport.assembly"));
  private static final List<String> PARTS =
      List.of("bin/sallyport", "bin/sallyport-client", "lib/sallyport-launch.pl");

  private Launch() {}

  /** By root. */
  public static List<String> with(String... options) {
    return words(List.of(), HOME, options);
  }

  /** By root, who got there by another command. */
  public static List<String> after(List<String> before, String... options) {
    return words(before, HOME, options);
  }

  /**
   * By somebody else, who can read a copy of the launcher only: a build may lie where root alone
   * may go.
   *
   * @param folder where the copy is put, where everybody may pass
   * @param caller the number of the user and of the group; it is in the groups 4 and 5 as well
   */
  public static List<String> by(int caller, Path folder, String... options) {
    List<String> become =
        List.of("setpriv", "--reuid=" + caller, "--regid=" + caller, "--groups=4,5");
    return words(become, copy(folder.resolve("launcher")), options);
  }

  /** A whole command line. */
  public static Command command(List<String> launch, String... program) {
    List<String> all = new ArrayList<>(launch);
    all.addAll(List.of(program));
    return Command.of(all.toArray(String[]::new));
  }

  private static List<String> words(List<String> before, Path home, String... options) {
    return Stream.of(
            before, List.of(home.resolve("bin/sallyport").toString(), "launch"), List.of(options))
        .flatMap(List::stream)
        .toList();
  }

  private static Path copy(Path home) {
    try {
      for (String part : PARTS) {
        Path copy = home.resolve(part);
        if (!Files.exists(copy)) {
          Files.createDirectories(copy.getParent());
          Files.copy(HOME.resolve(part), copy);
          Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
