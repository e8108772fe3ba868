// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.Subject;

/** One judged flow on one line: time, verdict, program, pid, user, flow, rule. */
final class WatchLine {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private final UserNames users;

  WatchLine(UserNames users) {
    this.users = users;
  }

  String of(FlowEvent event) {
    return "%s %-12s %s %s %s  %s  %s"
        .formatted(
            TIME.format(event.at().atZone(ZoneId.systemDefault())),
            verdict(event),
            program(event.subject()),
            Facts.known(event.subject().process()).map(Object::toString).orElse("-"),
            Facts.known(event.subject().userId()).map(users::of).orElse("-"),
            event.flow(),
            event.decision().ruleId().map(id -> "rule " + id).orElse(event.decision().reason()));
  }

  private static String verdict(FlowEvent event) {
    Verdict verdict = event.decision().verdict();
    boolean onlyWould = event.mode() == Mode.OBSERVE && verdict != Verdict.ALLOW;
    return (onlyWould ? "would " : "") + RuleJson.word(verdict);
  }

  private static String program(Subject subject) {
    return Facts.known(subject.executable())
        .map(Object::toString)
        .or(() -> Facts.known(subject.processName()))
        .orElse(RuleJson.word(subject.kind()));
  }
}
