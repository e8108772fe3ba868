// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.FailStatus;
import org.sallyport.api.admin.FirewallStatus;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.settings.Settings;

/** What people are shown of the firewall as it stands. */
final class StatusPicture {

  /** What netfilter never sees on any host, said aloud. */
  private static final List<String> NEVER_SEEN =
      List.of("AF_PACKET sockets, XDP and tc programs", "macvlan and SR-IOV guests");

  private StatusPicture() {}

  static FirewallStatus of(Firewall firewall, Parts parts) {
    State state = firewall.state();
    Settings settings = state.settings();
    Map<Situation, FailStatus> fail = new EnumMap<>(Situation.class);
    for (Situation situation : Situation.values()) {
      long count = firewall.failures().get(situation);
      fail.put(situation, new FailStatus(settings.failModes().choice(situation), count));
    }
    return new FirewallStatus(
        System.getProperty("sallyport.version", "unknown"),
        state.armed(),
        settings.mode(),
        settings.defaults(),
        settings.loopback(),
        state.revision(),
        state.generation(),
        parts.hasEngine(),
        state.backends(),
        state.stores(),
        fail,
        attribution(firewall, parts),
        state.overrides(),
        firewall.trial().shown(),
        notSeen(firewall, settings),
        state.problems(),
        settings.waits().bootDeadline(),
        settings.waits().swapGrace());
  }

  /** Attribution as it stands. */
  static AttributionStatus attribution(Firewall firewall, Parts parts) {
    Sources sources = parts.sources();
    return new AttributionStatus(
        sources.name().orElse("none"),
        firewall.attribution().exact(),
        firewall.attribution().unknown(),
        sources.figures(),
        sources.chosen(),
        sources.notChosen(),
        sources.ladder());
  }

  private static List<String> notSeen(Firewall firewall, Settings settings) {
    List<String> all = new ArrayList<>(NEVER_SEEN);
    Set<Direction> hooked = Hooked.by(firewall.slot().current(), settings.defaults());
    if (!hooked.contains(Direction.IN)) {
      all.add("inbound traffic (no rule and no default speaks of it)");
    }
    if (!hooked.contains(Direction.FORWARD)) {
      all.add("forwarded traffic (no rule and no default speaks of it)");
    }
    if (!settings.loopback()) {
      all.add("traffic of this host with itself (loopback: false)");
    }
    return all;
  }
}
