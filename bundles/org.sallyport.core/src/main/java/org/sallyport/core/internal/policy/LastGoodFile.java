// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.core.internal.StateFiles;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The last good policy on disk, so that a rule file that is broken at start does not empty the
 * policy. Written and read by us alone, as YAML so that a person can look.
 */
public final class LastGoodFile {

  private static final int MAX_CODE_POINTS = 64 << 20; // as much as a state file may hold

  /** Rules that end with the daemon are not remembered. */
  private static final String MEMORY = "memory";

  private final Path file;

  /**
   * Names the file.
   *
   * @param file where the policy is kept
   */
  public LastGoodFile(Path file) {
    this.file = file;
  }

  /**
   * Reads what an earlier daemon remembered.
   *
   * @return by store and unit; empty if there is nothing
   * @throws IOException if the file exists and makes no sense
   */
  public Map<String, Map<String, List<RuleDefinition>>> load() throws IOException {
    Map<String, Map<String, List<RuleDefinition>>> remembered = new TreeMap<>();
    String text = StateFiles.read(file).orElse("");
    try {
      LoaderOptions limits = new LoaderOptions();
      limits.setMaxAliasesForCollections(0);
      limits.setCodePointLimit(MAX_CODE_POINTS);
      Object root = new Yaml(new SafeConstructor(limits)).load(text);
      if (root != null) {
        for (Object row : (List<?>) root) {
          remember((Map<?, ?>) row, remembered);
        }
      }
      return remembered;
    } catch (YAMLException
        | ClassCastException
        | IllegalArgumentException
        | NullPointerException e) {
      throw new IOException(file + " is damaged; move it away to start without it", e);
    }
  }

  private static void remember(Map<?, ?> row, Map<String, Map<String, List<RuleDefinition>>> into) {
    RuleDefinition rule =
        new RuleDefinition(
            (String) row.get("id"),
            (String) row.get("rule"),
            (Integer) row.get("priority"),
            (Boolean) row.get("enabled"),
            (String) row.get("comment"),
            new Origin((String) row.get("place"), (Integer) row.get("line")));
    into.computeIfAbsent((String) row.get("store"), s -> new LinkedHashMap<>())
        .computeIfAbsent((String) row.get("unit"), u -> new ArrayList<>())
        .add(rule);
  }

  /**
   * Remembers a policy durably.
   *
   * @param policy by store and unit
   * @throws IOException if it could not be written
   */
  public void save(Map<String, Map<String, List<RuleDefinition>>> policy) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    policy.forEach(
        (store, units) -> {
          if (!store.equals(MEMORY)) {
            units.forEach((unit, rules) -> rules.forEach(rule -> rows.add(row(store, unit, rule))));
          }
        });
    DumperOptions options = new DumperOptions();
    // Else a text with an unusual character is written as bytes, which load() refuses.
    options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
    // And unusual ends of lines are written as such, which load() takes for blanks.
    options.setAllowUnicode(false);
    StateFiles.write(file, new Yaml(options).dump(rows));
  }

  private static Map<String, Object> row(String store, String unit, RuleDefinition rule) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("store", store);
    row.put("unit", unit);
    row.put("id", rule.id());
    row.put("rule", storable(rule.text()));
    row.put("priority", rule.priority());
    row.put("enabled", rule.enabled());
    row.put("comment", storable(rule.comment()));
    row.put("place", rule.origin().place());
    row.put("line", rule.origin().line());
    return row;
  }

  /**
   * Half a surrogate pair, which no file can hold, would be joined with the character behind it.
   */
  private static String storable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
