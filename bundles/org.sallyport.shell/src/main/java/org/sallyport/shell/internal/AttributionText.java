// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.admin.AttributionStatus;

/** Attribution as it stands, for people and scripts. */
final class AttributionText {

  private AttributionText() {}

  /** Scripts rely on the names. */
  static ObjectNode json(AttributionStatus attribution) {
    ObjectNode json =
        Json.object()
            .put("source", attribution.source())
            .put("exact", attribution.exact())
            .put("unknown", attribution.unknown());
    if (!attribution.figures().isEmpty()) {
      json.put("figures", attribution.figures());
    }
    json.put("chosen", attribution.chosen().orElse(AttributionStatus.AUTO))
        .put("notChosen", attribution.notChosen().orElse(null));
    json.set("sources", Json.array(attribution.sources(), AttributionText::json));
    return json;
  }

  /** One step of the ladder. */
  static ObjectNode json(AttributionStatus.Source step) {
    return Json.object()
        .put("name", step.name())
        .put("ranking", step.ranking())
        .put("active", step.active())
        .put("reason", step.reason().orElse(null));
  }

  /** What is to be known of a choice by hand, a sentence; empty where there is none. */
  static Optional<String> choice(AttributionStatus attribution) {
    return attribution
        .chosen()
        .map(
            name ->
                attribution
                    .notChosen()
                    .map(why -> name + " was chosen by hand and is not used: " + why)
                    .orElse(name + " was chosen by hand"));
  }

  /** A line for all of it, and one for each step, the best first. */
  static List<String> lines(AttributionStatus attribution) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %d exact, %d unknown"
            .formatted(attribution.source(), attribution.exact(), attribution.unknown()));
    if (!attribution.figures().isEmpty()) {
      lines.add(attribution.figures());
    }
    choice(attribution).ifPresent(lines::add);
    attribution.sources().forEach(step -> lines.add(line(step)));
    return lines;
  }

  private static String line(AttributionStatus.Source step) {
    return step.name()
        + " (rank "
        + step.ranking()
        + ") "
        + (step.active() ? "is used" : "is not used")
        + step.reason().map(reason -> ": " + reason).orElse("");
  }
}
