// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.sallyport.api.match.PluginStatus;

/**
 * Somebody else's part, known by its name also while it is away: its faults are not forgotten
 * because it was started anew. Thread-safe.
 */
public final class Plugin {

  private final String name;
  private final Limits limits;
  private final LongSupplier graceNs;
  private final PluginHealth health;
  private final AtomicInteger present = new AtomicInteger();
  private volatile PluginIdentity identity;
  private volatile Set<String> attributes = Set.of();

  /**
   * Creates one that is not here yet.
   *
   * @param graceNs how long it may be away before its facts count as unknown, nanoseconds
   */
  Plugin(PluginIdentity identity, Limits limits, LongSupplier graceNs) {
    this.name = identity.name();
    this.identity = identity;
    this.limits = limits;
    this.graceNs = graceNs;
    this.health = new PluginHealth(limits);
  }

  /** The name it is known by. */
  public String name() {
    return name;
  }

  long graceNs() {
    return graceNs.getAsLong();
  }

  Limits limits() {
    return limits;
  }

  PluginHealth health() {
    return health;
  }

  /** A factory of it has come; the catalog's lock is held. */
  void arrived(PluginIdentity as, Set<String> names) {
    identity = as;
    Set<String> all = new TreeSet<>(attributes);
    all.addAll(names);
    attributes = all;
    present.incrementAndGet();
  }

  /** A factory of it has gone; so many calls did not come back in time. */
  void left(int stuck) {
    present.decrementAndGet();
    for (int i = 0; i < stuck; i++) {
      health.failed("a call did not come back before the plugin left");
    }
  }

  PluginStatus.State state() {
    if (health.quarantined()) {
      return PluginStatus.State.QUARANTINED;
    }
    return present.get() > 0 ? PluginStatus.State.ACTIVE : PluginStatus.State.AWAY;
  }

  /** How it stands. */
  public PluginStatus status() {
    PluginHealth.Figures figures = health.figures();
    PluginIdentity now = identity;
    return new PluginStatus(
        name,
        now.version(),
        now.apiRange(),
        List.copyOf(attributes),
        state(),
        figures.calls(),
        figures.meanMicros(),
        figures.worstMicros(),
        figures.faults(),
        figures.lastFault());
  }
}
