// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.core.internal.StateFiles;

/**
 * The two layers of settings: a person's {@code sallyport.yaml}, never written by us, and what
 * commands set, which wins. Confined to the control thread.
 */
public final class SettingsFiles {

  private final Path own;
  private final Settings person;
  private final Map<String, String> overrides = new TreeMap<>();

  private SettingsFiles(Path own, Settings person) {
    this.own = own;
    this.person = person;
  }

  /**
   * Reads both files; either may be missing.
   *
   * @param etc the folder of {@code sallyport.yaml}
   * @param state the folder of {@code settings.yaml}
   * @return the settings
   * @throws IOException if a file cannot be read or makes no sense; the message starts with file
   *     and line
   */
  public static SettingsFiles load(Path etc, Path state) throws IOException {
    Path personal = etc.resolve("sallyport.yaml");
    Settings person = Settings.FIRST_START;
    // A preset sets every situation, wherever it stands in the file; a single choice goes further.
    Map<String, SettingsYaml.Located> given = read(personal);
    if (given.containsKey(SettingKeys.FAIL)) {
      person = apply(person, personal, SettingKeys.FAIL, given.remove(SettingKeys.FAIL));
    }
    for (var entry : given.entrySet()) {
      person = apply(person, personal, entry.getKey(), entry.getValue());
    }
    SettingsFiles files = new SettingsFiles(state.resolve("settings.yaml"), person);
    Settings check = person;
    for (var entry : read(files.own).entrySet()) {
      check = apply(check, files.own, entry.getKey(), entry.getValue());
      files.overrides.put(entry.getKey(), entry.getValue().value());
    }
    return files;
  }

  private static Map<String, SettingsYaml.Located> read(Path file) throws IOException {
    String text = StateFiles.read(file).orElse("");
    try {
      return SettingsYaml.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ":" + e.getMessage(), e);
    }
  }

  private static Settings apply(Settings base, Path file, String key, SettingsYaml.Located value)
      throws IOException {
    try {
      return SettingKeys.apply(base, key, value.value());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ":" + value.line() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The settings in force.
   *
   * @return both layers laid over what holds on a first start
   */
  public Settings current() {
    return over(overrides);
  }

  /**
   * The settings as they would be with one more override.
   *
   * @param key the setting
   * @param value its text
   * @return the settings
   * @throws IllegalArgumentException with a sentence if the key or value makes no sense
   */
  public Settings preview(String key, String value) {
    return over(with(key, value));
  }

  /**
   * Keeps one more override, durably.
   *
   * @param key the setting
   * @param value its text
   * @throws IOException if it could not be written; nothing changed
   */
  public void put(String key, String value) throws IOException {
    Map<String, String> changed = with(key, value);
    over(changed);
    replace(changed);
  }

  /**
   * Puts all overrides back to an earlier state, durably.
   *
   * @param earlier what {@link #overrides} returned then
   * @throws IOException if it could not be written
   */
  public void replace(Map<String, String> earlier) throws IOException {
    StateFiles.write(own, SettingsYaml.print(new TreeMap<>(earlier)));
    hold(earlier);
  }

  /**
   * Puts all overrides back to an earlier state: at once for this daemon, and durably if the disk
   * lets us.
   *
   * @param earlier what {@link #overrides} returned then
   * @throws IOException if it could not be written; then it holds until the daemon ends
   */
  public void restore(Map<String, String> earlier) throws IOException {
    hold(earlier);
    replace(earlier);
  }

  private void hold(Map<String, String> values) {
    Map<String, String> copy = new TreeMap<>(values);
    overrides.clear();
    overrides.putAll(copy);
  }

  /**
   * What commands have set.
   *
   * @return an immutable copy
   */
  public Map<String, String> overrides() {
    return Map.copyOf(overrides);
  }

  private Map<String, String> with(String key, String value) {
    Map<String, String> changed = new TreeMap<>(overrides);
    if (key.equals(SettingKeys.FAIL)) {
      changed.keySet().removeIf(k -> k.startsWith("fail.")); // a preset sets every situation
    }
    changed.put(key, value);
    return changed;
  }

  private Settings over(Map<String, String> layer) {
    Settings settings = person;
    if (layer.containsKey(SettingKeys.FAIL)) {
      settings = SettingKeys.apply(settings, SettingKeys.FAIL, layer.get(SettingKeys.FAIL));
    }
    for (var entry : layer.entrySet()) {
      if (!entry.getKey().equals(SettingKeys.FAIL)) {
        settings = SettingKeys.apply(settings, entry.getKey(), entry.getValue());
      }
    }
    return settings;
  }
}
