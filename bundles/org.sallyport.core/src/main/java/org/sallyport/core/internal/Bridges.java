// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Leases;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.core.internal.events.EventHub;
import org.sallyport.core.internal.policy.PolicySlot;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.Waits;

/** The three bridges between the packet plane and the control plane, as backends see them. */
record Bridges(
    PolicySlot slot,
    Parts parts,
    EventHub events,
    FailCounters failures,
    AttributionCounters attribution,
    MarkLayout marks,
    int queueNumber,
    Path stateFolder,
    Leases leases,
    Waits waits)
    implements BackendContext {

  /** The bridges of a firewall that has its slot, events, counters and leases. */
  static Bridges of(Firewall firewall, Parts parts, Settings start, Path stateFolder) {
    return new Bridges(
        firewall.slot(),
        parts,
        firewall.events(),
        firewall.failures(),
        firewall.attribution(),
        start.marks(),
        start.queueNumber(),
        stateFolder,
        firewall.leases(),
        start.waits());
  }

  @Override
  public SnapshotReader reader(String name) {
    return slot.reader(name);
  }

  @Override
  public SnapshotReader onlooker(String name) {
    return slot.onlooker(name);
  }

  @Override
  public Duration swapGrace() {
    return waits.swapGrace();
  }

  @Override
  public Duration bootDeadline() {
    return waits.bootDeadline();
  }

  @Override
  public Optional<SubjectSource> subjects() {
    return parts.sources().source();
  }

  @Override
  public void record(FlowEvent event) {
    events.offer(event);
  }
}
