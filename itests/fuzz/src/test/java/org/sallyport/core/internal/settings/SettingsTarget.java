// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.util.Map;
import java.util.TreeMap;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Text;

/**
 * Settings as a person or we wrote them. Each is taken or refused with a sentence, after the line;
 * what was read is written and read back as the same.
 */
public final class SettingsTarget {

  private static final int MAX_SENTENCE = 10_000;

  private SettingsTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Map<String, SettingsYaml.Located> found;
    try {
      found = SettingsYaml.parse(Text.of(input));
    } catch (IllegalArgumentException e) {
      Check.that(e.getMessage().matches("(?s)[1-9][0-9]*: .+"), () -> "no line: " + e.getMessage());
      Check.that(e.getMessage().length() <= MAX_SENTENCE, "a refusal is bounded");
      return;
    }
    Map<String, String> values = new TreeMap<>();
    found.forEach((key, located) -> values.put(Text.stored(key), Text.stored(located.value())));
    for (SettingsYaml.Located located : found.values()) {
      Check.that(located.line() >= 1 && located.line() <= input.length + 1, "lines are the file's");
    }
    Map<String, String> again = new TreeMap<>();
    SettingsYaml.parse(Text.stored(SettingsYaml.print(values)))
        .forEach((key, located) -> again.put(key, located.value()));
    Check.that(again.equals(values), () -> "read back as " + again + " for " + values);
    values.forEach(SettingsTarget::apply);
  }

  private static void apply(String key, String value) {
    try {
      Settings settings = SettingKeys.apply(Settings.FIRST_START, key, value);
      Check.that(settings.queueNumber() >= 0 && settings.queueNumber() <= 0xffff, "a queue");
    } catch (IllegalArgumentException e) {
      Check.that(!e.getMessage().isBlank(), "a refusal says why");
      Check.that(
          e.getMessage().length() <= MAX_SENTENCE + key.length() + value.length(), "bounded");
    }
  }
}
