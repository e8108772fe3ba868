// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads headers such as {@code a.b;version="[1,2)";resolution:=optional,c.d}. */
final class ManifestHeader {

  private ManifestHeader() {}

  /**
   * One clause.
   *
   * @param name what stands first
   * @param parameters the rest; the keys of directives end with a colon
   */
  record Clause(String name, Map<String, String> parameters) {

    Clause {
      parameters = Map.copyOf(parameters);
    }

    Optional<String> get(String key) {
      return Optional.ofNullable(parameters.get(key));
    }
  }

  /** The clauses of a bundle's header; none if it has no such header. */
  static List<Clause> of(BuiltBundle bundle, String header) {
    String text = bundle.manifest().getMainAttributes().getValue(header);
    return text == null
        ? List.of()
        : split(text, ',').stream().map(ManifestHeader::clause).toList();
  }

  private static Clause clause(String text) {
    List<String> parts = split(text, ';');
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String part : parts.subList(1, parts.size())) {
      int equals = part.indexOf('=');
      String value = part.substring(equals + 1);
      parameters.put(
          part.substring(0, equals),
          value.startsWith("\"") ? value.substring(1, value.length() - 1) : value);
    }
    return new Clause(parts.get(0), parameters);
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (c == separator && !quoted) {
        parts.add(text.substring(start, i).trim());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).trim());
    return parts;
  }
}
