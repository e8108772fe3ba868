// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.FailStatus;
import org.sallyport.api.admin.FirewallStatus;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.admin.Unconfirmed;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.StoreError;

/** The firewall's state as JSON; scripts rely on the names. */
final class StatusJson {

  private StatusJson() {}

  static ObjectNode of(FirewallStatus status) {
    ObjectNode json =
        Json.object()
            .put("version", status.version())
            .put("armed", status.armed())
            .put("mode", status.mode().word())
            .put("loopback", status.loopback())
            .put("revision", status.revision())
            .put("generation", status.generation())
            .put("engine", status.engine());
    json.set("defaults", defaults(status.defaults()));
    json.set("backends", Json.array(status.backends(), StatusJson::of));
    json.set("stores", Json.array(status.stores(), StatusJson::of));
    json.set("fail", fail(status.fail()));
    json.set("attribution", AttributionText.json(status.attribution()));
    ObjectNode settings = json.putObject("settings");
    new TreeMap<>(status.settings()).forEach(settings::put);
    json.putObject("waits")
        .put("boot-deadline", seconds(status.bootDeadline()))
        .put("swap-grace", seconds(status.swapGrace()));
    json.set("unconfirmed", status.unconfirmed().map(StatusJson::of).orElse(null));
    json.set("notSeen", Json.texts(status.notSeen()));
    json.set("problems", Json.texts(status.problems()));
    return json;
  }

  /** As the settings have it. */
  static String seconds(Duration time) {
    return time.toSeconds() + "s";
  }

  static ObjectNode of(BackendStatus backend) {
    ObjectNode json =
        Json.object()
            .put("name", backend.name())
            .put("active", backend.active())
            .put("healthy", backend.healthy())
            .put("figures", backend.figures());
    json.set("problems", Json.texts(backend.problems()));
    return json;
  }

  static ObjectNode of(StoreStatus store) {
    ObjectNode json =
        Json.object()
            .put("name", store.name())
            .put("active", store.active())
            .put("rules", store.rules())
            .put("stale", store.stale())
            .put("used", store.used());
    json.set("errors", Json.array(store.errors(), StatusJson::of));
    return json;
  }

  private static ObjectNode of(Unconfirmed waiting) {
    ObjectNode json = Json.object().put("until", waiting.until().toString());
    json.set("commands", Json.texts(waiting.commands()));
    return json;
  }

  private static ObjectNode of(StoreError error) {
    return RuleJson.origin(error.origin()).put("message", error.message());
  }

  private static ObjectNode defaults(Map<Direction, Verdict> defaults) {
    ObjectNode json = Json.object();
    new TreeMap<>(defaults)
        .forEach(
            (direction, verdict) -> json.put(RuleJson.word(direction), RuleJson.word(verdict)));
    return json;
  }

  private static ObjectNode fail(Map<Situation, FailStatus> fail) {
    ObjectNode json = Json.object();
    new TreeMap<>(fail)
        .forEach(
            (situation, status) ->
                json.putObject(situation.word())
                    .put("choice", status.choice().word())
                    .put("count", status.count()));
    return json;
  }
}
