// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.rule.Origin;

/** A rule as JSON; scripts rely on the names. */
final class RuleJson {

  private RuleJson() {}

  static ObjectNode of(RuleInfo rule) {
    ObjectNode json =
        Json.object()
            .put("id", rule.id())
            .put("text", rule.text())
            .put("action", rule.action().word())
            .put("direction", word(rule.direction()))
            .put("priority", rule.priority())
            .put("enabled", rule.enabled())
            .put("store", rule.store())
            .put("backend", rule.backend().orElse(null))
            .put("packets", rule.packets())
            .put("bytes", rule.bytes())
            .put("lastHit", rule.lastHit().map(Object::toString).orElse(null))
            .put("comment", rule.comment())
            .put("note", rule.note().orElse(null));
    json.set("origin", origin(rule.origin()));
    return json;
  }

  /** Where something is written; {@code line} is null where there are no lines. */
  static ObjectNode origin(Origin origin) {
    return Json.object()
        .put("file", origin.place())
        .put("line", origin.line() == 0 ? null : Integer.valueOf(origin.line()));
  }

  /** The word of an enum whose words are its names in lower case. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
