// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Scratch;
import org.sallyport.itests.fuzz.kit.Text;

/** The last good policy: read or refused as a whole; what was read is written and read back. */
public final class LastGoodTarget {

  private static final Path FILE = Scratch.folder("last-good").resolve("last-good.yaml");

  private LastGoodTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(FILE, input);
    Map<String, Map<String, List<RuleDefinition>>> policy;
    try {
      policy = new LastGoodFile(FILE).load();
    } catch (IOException e) {
      Check.that(e.getMessage().startsWith(FILE.toString()), () -> "nameless: " + e.getMessage());
      return;
    }
    new LastGoodFile(FILE).save(policy);
    policy.remove("memory"); // what ends with the daemon is not kept
    String again = plain(new LastGoodFile(FILE).load());
    String expected = plain(policy);
    Check.that(again.equals(expected), () -> "read back as " + again + " for " + expected);
  }

  private static String plain(Map<String, Map<String, List<RuleDefinition>>> policy) {
    return Text.stored(policy.toString());
  }
}
