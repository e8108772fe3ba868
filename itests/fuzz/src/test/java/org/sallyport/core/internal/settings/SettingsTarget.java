// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Scratch;

/**
 * A person's settings, and the same as what commands set. Whatever stands there is read, or refused
 * with file and line; what was read is written and read back as the same.
 */
public final class SettingsTarget {

  private static final Path ETC = Scratch.folder("etc");
  private static final Path STATE = Scratch.folder("state");

  private SettingsTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path personal = ETC.resolve("sallyport.yaml");
    Path own = STATE.resolve("settings.yaml");
    Files.write(personal, input);
    Files.deleteIfExists(own);
    load(personal);
    Files.write(own, input);
    Files.deleteIfExists(personal);
    load(own);
  }

  private static void load(Path named) throws IOException {
    SettingsFiles files;
    try {
      files = SettingsFiles.load(ETC, STATE);
    } catch (IOException e) {
      Check.sentence(e.getMessage(), 2_000);
      Check.that(
          e.getMessage().startsWith(named + ":"), () -> "without its place: " + e.getMessage());
      return;
    }
    Settings before = files.current();
    files.replace(files.overrides());
    Settings after = SettingsFiles.load(ETC, STATE).current();
    Check.that(after.equals(before), () -> "read back as " + after + " for " + before);
  }
}
