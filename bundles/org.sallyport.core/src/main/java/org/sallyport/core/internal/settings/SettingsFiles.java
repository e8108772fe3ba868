// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.core.internal.StartRepairs;
import org.sallyport.core.internal.StateFiles;

/**
 * The two layers of settings: a person's {@code sallyport.yaml}, never written by us, and what
 * commands set, which wins. Of the latter there is a copy beside it, for a start that finds the
 * first damaged: without what commands set the host could stand open. Confined to the control
 * thread.
 *
 * <p>What a command sets until it is confirmed is held in memory only: {@link #tryOut}.
 */
public final class SettingsFiles {

  /** The store that commands add rules to, where nothing else is set. */
  public static final String FILE_STORE = "file";

  private final Path own;
  private final Path copy;
  private final Settings person;
  private final Map<String, String> personTexts;
  private final Map<String, String> overrides = new TreeMap<>();
  private Map<String, String> kept = Map.of();

  private SettingsFiles(Path state, Settings person, Map<String, String> personTexts) {
    own = state.resolve("settings.yaml");
    copy = state.resolve("settings.copy.yaml");
    this.person = person;
    this.personTexts = personTexts;
  }

  /**
   * Reads both files; either may be missing.
   *
   * @param etc the folder of {@code sallyport.yaml}
   * @param state the folder of {@code settings.yaml}
   * @param repairs told if the copy had to stand in
   * @return the settings
   * @throws IOException if a file cannot be read or makes no sense; the message starts with file
   *     and line
   */
  public static SettingsFiles load(Path etc, Path state, StartRepairs repairs) throws IOException {
    Path personal = etc.resolve("sallyport.yaml");
    Settings person = Settings.FIRST_START;
    // A preset sets every situation, wherever it stands in the file; a single choice goes further.
    Map<String, SettingsYaml.Located> given = read(personal);
    Map<String, String> texts = new TreeMap<>();
    given.forEach((key, value) -> texts.put(key, value.value()));
    if (given.containsKey(SettingKeys.FAIL)) {
      person = apply(person, personal, SettingKeys.FAIL, given.remove(SettingKeys.FAIL));
    }
    for (var entry : given.entrySet()) {
      person = apply(person, personal, entry.getKey(), entry.getValue());
    }
    SettingsFiles files = new SettingsFiles(state, person, texts);
    files.hold(files.readOwn(repairs));
    files.kept = files.overrides();
    return files;
  }

  private Map<String, String> readOwn(StartRepairs repairs) throws IOException {
    try {
      return checked(own);
    } catch (IOException damage) {
      if (!Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)) {
        throw damage;
      }
      Map<String, String> values = checked(copy);
      return repairs.readOrPutAside(
          own,
          () -> {
            if (Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
              throw damage;
            }
            StateFiles.write(own, SettingsYaml.print(new TreeMap<>(values)));
            return values;
          },
          "its copy holds");
    }
  }

  private Map<String, String> checked(Path file) throws IOException {
    Settings check = person;
    Map<String, String> values = new TreeMap<>();
    for (var entry : read(file).entrySet()) {
      check = apply(check, file, entry.getKey(), entry.getValue());
      values.put(entry.getKey(), entry.getValue().value());
    }
    return values;
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
   * The settings as they would be with other overrides.
   *
   * @param values all that commands would have set
   * @return the settings
   * @throws IllegalArgumentException with a sentence if a key or value makes no sense
   */
  public Settings preview(Map<String, String> values) {
    return over(values);
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
    return over(with(overrides, key, value));
  }

  /**
   * Checks a setting by itself.
   *
   * @param key the setting
   * @param value its text
   * @throws IllegalArgumentException with a sentence if the key or value makes no sense
   */
  public static void check(String key, String value) {
    Settings unused = SettingKeys.apply(Settings.FIRST_START, key, value);
  }

  /** {@return the name of the store that commands add rules to} */
  public String consoleStore() {
    return text(SettingKeys.STORE, FILE_STORE);
  }

  /** {@return the name of the source of subjects to use, or {@code auto} for the best one} */
  public String attribution() {
    return text(SettingKeys.ATTRIBUTION, AttributionStatus.AUTO);
  }

  private String text(String key, String otherwise) {
    return overrides.getOrDefault(key, personTexts.getOrDefault(key, otherwise));
  }

  /**
   * The overrides with one more.
   *
   * @param base some overrides
   * @param key the setting
   * @param value its text
   * @return a changed copy
   */
  public static Map<String, String> with(Map<String, String> base, String key, String value) {
    Map<String, String> changed = new TreeMap<>(base);
    if (key.equals(SettingKeys.FAIL)) {
      changed.keySet().removeIf(k -> k.startsWith("fail.")); // a preset sets every situation
    }
    changed.put(key, value);
    return changed;
  }

  /**
   * Keeps one more override, durably; also under a trial, which then goes on with it.
   *
   * @param key the setting
   * @param value its text
   * @throws IOException if it could not be written; nothing changed
   */
  public void put(String key, String value) throws IOException {
    Map<String, String> changed = with(overrides, key, value);
    over(changed);
    keep(with(kept, key, value));
    hold(changed);
  }

  /**
   * Puts all overrides to another state, durably.
   *
   * @param values all that commands have set
   * @throws IOException if it could not be written; nothing changed
   */
  public void replace(Map<String, String> values) throws IOException {
    over(values);
    keep(values);
    hold(values);
  }

  /**
   * Puts all overrides back to an earlier state: at once for this daemon, and durably if the disk
   * lets us.
   *
   * @param earlier what {@link #overrides} returned then
   * @throws IOException if it could not be written; then it holds until the daemon ends
   */
  public void restore(Map<String, String> earlier) throws IOException {
    restore(earlier, earlier);
  }

  /**
   * The same where, under a trial, what holds is not what is on disk.
   *
   * @param held what {@link #overrides} returned then
   * @param onDisk what {@link #kept} returned then
   * @throws IOException if it could not be written; then it holds until the daemon ends
   */
  public void restore(Map<String, String> held, Map<String, String> onDisk) throws IOException {
    hold(held);
    keep(onDisk);
  }

  /**
   * Puts all overrides to another state for this daemon only.
   *
   * @param values all that commands have set
   */
  public void tryOut(Map<String, String> values) {
    over(values);
    hold(values);
  }

  /**
   * What is on disk, which a restart comes back with.
   *
   * @return an immutable copy
   */
  public Map<String, String> kept() {
    return kept;
  }

  private void keep(Map<String, String> values) throws IOException {
    String text = SettingsYaml.print(new TreeMap<>(values));
    StateFiles.write(own, text);
    kept = Map.copyOf(values);
    try {
      StateFiles.write(copy, text);
    } catch (IOException e) {
      Files.deleteIfExists(copy); // none is better than an old one; the change itself is kept
    }
  }

  private void hold(Map<String, String> values) {
    Map<String, String> changed = new TreeMap<>(values);
    overrides.clear();
    overrides.putAll(changed);
  }

  /**
   * What commands have set.
   *
   * @return an immutable copy
   */
  public Map<String, String> overrides() {
    return Map.copyOf(overrides);
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
