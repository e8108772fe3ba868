// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.core.internal.StateFiles;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Plain values as YAML, for files that only we write. */
final class Rows {

  private static final int MAX_CODE_POINTS = 64 << 20; // as much as a state file may hold

  private Rows() {}

  /** Turns what a file holds into a value; whatever it throws unchecked means damage. */
  interface Form<T> {
    T of(Map<?, ?> root);
  }

  static <T> Optional<T> load(Path file, Form<T> form) throws IOException {
    Optional<String> text = StateFiles.read(file);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    LoaderOptions limits = new LoaderOptions();
    limits.setMaxAliasesForCollections(0);
    limits.setCodePointLimit(MAX_CODE_POINTS);
    try {
      Map<?, ?> root = new Yaml(new SafeConstructor(limits)).load(text.get());
      return Optional.of(form.of(root));
    } catch (YAMLException
        | ClassCastException
        | IllegalArgumentException
        | DateTimeException
        | NullPointerException e) {
      throw new IOException(file + " is damaged", e);
    }
  }

  static void save(Path file, Map<String, Object> root) throws IOException {
    StateFiles.write(file, new Yaml().dump(copy(root)));
  }

  /** Of a value that stands in two places YAML would make an alias, which is not read back. */
  private static Object copy(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> fresh = new LinkedHashMap<>();
      map.forEach((key, item) -> fresh.put(key, copy(item)));
      return fresh;
    }
    if (value instanceof List<?> list) {
      List<Object> fresh = new ArrayList<>();
      list.forEach(item -> fresh.add(copy(item)));
      return fresh;
    }
    return value;
  }

  static Map<String, Object> of(PolicyRule rule) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", rule.id());
    row.put("rule", rule.text());
    row.put("priority", rule.priority());
    row.put("enabled", rule.enabled());
    row.put("comment", rule.comment());
    return row;
  }

  static List<PolicyRule> rules(Object rows) {
    return ((List<?>) rows).stream().map(row -> rule((Map<?, ?>) row)).toList();
  }

  private static PolicyRule rule(Map<?, ?> row) {
    return new PolicyRule(
        (String) row.get("id"),
        (String) row.get("rule"),
        (Integer) row.get("priority"),
        (Boolean) row.get("enabled"),
        (String) row.get("comment"));
  }

  static Map<String, String> texts(Object root) {
    Map<String, String> texts = new LinkedHashMap<>();
    ((Map<?, ?>) root).forEach((key, value) -> texts.put((String) key, (String) value));
    return texts;
  }

  static List<String> words(Object row) {
    return ((List<?>) row).stream().map(word -> (String) word).toList();
  }
}
