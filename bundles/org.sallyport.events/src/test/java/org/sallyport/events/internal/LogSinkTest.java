// SPDX-License-Identifier: Apache-2.0
package org.sallyport.events.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

class LogSinkTest {

  @Test
  void shouldNameRuleVerdictFlowAndProgram() {
    assertThat(LogSink.line(event("/usr/bin/curl", Mode.ENFORCE)))
        .isEqualTo(
            "log watch-web: deny out tcp 10.0.0.1:40000 > [fd00::2]:443"
                + " program=\"/usr/bin/curl\" pid=42 user=1000 rule=no-curl");
  }

  @Test
  void shouldSayWouldInObserveMode() {
    assertThat(LogSink.line(event("/usr/bin/curl", Mode.OBSERVE))).contains(": would deny out");
  }

  @Test
  void shouldNotLetAProgramsNameForgeALineOrAField() {
    String line = LogSink.line(event("/tmp/x\" pid=1 user=0\nlog other: allow", Mode.ENFORCE));

    assertThat(line).doesNotContain("\n").contains("x\\\" pid=1 user=0\\u000alog other");
  }

  private static FlowEvent event(String path, Mode mode) {
    Fact<String> unread = new Fact.Unknown<>("not read");
    Subject subject =
        new Subject(
            SubjectKind.PROCESS,
            new Fact.Known<>(1000L, "nfqueue"),
            new Fact.Known<>(1000L, "nfqueue"),
            new Fact.Known<>(new ProcessId(42, 7), "sock_diag"),
            new Fact.Known<>(
                new Executable(path, new FileIdentity(1, 2, -1, 0, 0), true, false),
                "/proc/42/exe"),
            unread,
            new Fact.Unknown<>("not read"),
            unread,
            unread,
            new Fact.Unknown<>("not read"),
            unread,
            new Fact.Unknown<>("not read"),
            "sockdiag");
    return new FlowEvent(
        Instant.EPOCH,
        new Flow(
            Direction.OUT,
            6,
            new Endpoint(IpAddress.parse("10.0.0.1"), OptionalInt.of(40000)),
            new Endpoint(IpAddress.parse("fd00::2"), OptionalInt.of(443)),
            OptionalInt.empty(),
            "eth0"),
        subject,
        new Decision(Verdict.DENY, Optional.of("no-curl"), "test", 1, new RuleCounter()),
        mode,
        List.of("watch-web"));
  }
}
