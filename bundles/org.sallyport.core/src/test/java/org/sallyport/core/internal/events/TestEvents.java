// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/** Events of flows that were judged. */
public final class TestEvents {

  private TestEvents() {}

  /** One by the policy of a revision. */
  public static FlowEvent event(long revision) {
    Endpoint end = new Endpoint(IpAddress.parse("10.0.0.1"), OptionalInt.of(1));
    return new FlowEvent(
        Instant.EPOCH,
        new Flow(Direction.OUT, 6, end, end, OptionalInt.empty(), "eth0"),
        Subject.without(
            SubjectKind.UNKNOWN,
            new Fact.Unknown<>("test"),
            new Fact.Unknown<>("test"),
            new Fact.Unknown<>("test"),
            "test"),
        new Decision(Verdict.ALLOW, Optional.empty(), "default", revision, new RuleCounter()),
        Mode.ENFORCE,
        List.of());
  }
}
