// SPDX-License-Identifier: Apache-2.0
package org.sallyport.events.internal;

import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.event.EventSink;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.codec.text.Escapes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line to the log for each flow that a {@code log} rule matched: once per flow and
 * revision.
 */
@Component(service = EventSink.class)
public final class LogSink implements EventSink {

  private final Logger log;

  /** Writes to the logger {@code org.sallyport.flows}. */
  @Activate
  public LogSink() {
    this(LoggerFactory.getLogger("org.sallyport.flows"));
  }

  LogSink(Logger log) {
    this.log = log;
  }

  @Override
  public void accept(FlowEvent event) {
    if (!event.logRules().isEmpty()) {
      log.info("{}", line(event));
    }
  }

  /**
   * One line whose parts cannot be forged by a program's name: everything from outside is escaped.
   */
  static String line(FlowEvent event) {
    Decision decision = event.decision();
    String verdict = decision.verdict().name().toLowerCase(Locale.ROOT);
    return "log "
        + String.join(",", event.logRules())
        + ": "
        + (event.mode() == Mode.OBSERVE ? "would " + verdict : verdict)
        + " "
        + event.flow()
        + " program="
        + program(event)
        + " pid="
        + text(event.subject().process())
        + " user="
        + text(event.subject().userId())
        + decision.ruleId().map(rule -> " rule=" + rule).orElse(" rule=none");
  }

  private static String program(FlowEvent event) {
    return event.subject().executable() instanceof Fact.Known<Executable> known
        ? "\"" + Escapes.plain(known.value().path()).replace("\"", "\\\"") + "\""
        : "unknown";
  }

  private static String text(Fact<?> fact) {
    return fact instanceof Fact.Known<?> known ? known.value().toString() : "unknown";
  }
}
