// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.FirewallStatus;
import org.sallyport.api.admin.StoreStatus;

/** The firewall's state for a person: what is wrong first. */
final class StatusText {

  private final Output output;

  StatusText(Output output) {
    this.output = output;
  }

  void print(FirewallStatus status) {
    status.problems().forEach(problem -> row("problem", problem));
    status
        .unconfirmed()
        .ifPresent(
            waiting ->
                row(
                    "unconfirmed",
                    String.join("; ", waiting.commands())
                        + ": taken back at "
                        + waiting.until()
                        + " unless confirmed (fw:confirm)"));
    row("version", status.version());
    row("mode", mode(status));
    row("defaults", defaults(status));
    row("loopback", status.loopback() ? "judged" : "not judged");
    row("revision", status.revision() + " (generation " + status.generation() + ")");
    row("engine", status.engine() ? "present" : "absent: the last policy stays in force");
    rows("backend", status.backends().stream().map(StatusText::backend).toList());
    status.stores().forEach(this::store);
    rows("attribution", AttributionText.lines(status.attribution()));
    new TreeMap<>(status.fail())
        .forEach(
            (situation, now) ->
                row(
                    "fail",
                    "%-18s %-9s %d times"
                        .formatted(situation.word(), now.choice().word(), now.count())));
    row("waits", "boot-deadline " + StatusJson.seconds(status.bootDeadline()));
    row("waits", "swap-grace " + StatusJson.seconds(status.swapGrace()));
    new TreeMap<>(status.settings()).forEach((key, value) -> row("set", key + ": " + value));
    rows("not seen", status.notSeen());
  }

  private static String mode(FirewallStatus status) {
    String mode =
        switch (status.mode()) {
          case OBSERVE -> "observe: judges and records, everything passes";
          case ENFORCE -> "enforce";
        };
    return status.armed()
        ? mode
        : "down: nothing of ours is in the kernel; fw:up arms (" + mode + ")";
  }

  private static String defaults(FirewallStatus status) {
    return new TreeMap<>(status.defaults())
        .entrySet().stream().map(StatusText::pair).collect(Collectors.joining(", "));
  }

  private static String pair(Map.Entry<? extends Enum<?>, ? extends Enum<?>> entry) {
    return RuleJson.word(entry.getKey()) + " " + RuleJson.word(entry.getValue());
  }

  private static String backend(BackendStatus backend) {
    return backend.name()
        + (backend.active() ? " active" : " inactive")
        + (backend.healthy()
            ? ", healthy"
            : ", not healthy: " + String.join("; ", backend.problems()))
        + (backend.figures().isEmpty() ? "" : " (" + backend.figures() + ")");
  }

  private void store(StoreStatus store) {
    row(
        "store",
        store.name()
            + (store.active() ? "" : " (away)")
            + (store.used() ? " (used by commands)" : "")
            + ": "
            + store.rules()
            + (store.rules() == 1 ? " rule" : " rules")
            + (store.stale() ? ", stale: older rules stay in force" : ""));
    store.errors().forEach(error -> row("  error", error.origin() + ": " + error.message()));
  }

  private void rows(String name, List<String> values) {
    values.forEach(value -> row(name, value));
  }

  private void row(String name, String value) {
    output.line("%-12s %s".formatted(name, value));
  }
}
