// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.admin.Unconfirmed;
import org.sallyport.api.rule.RuleStore;

/**
 * Changes that are in force and not confirmed. There is one trial at a time: a change that is to be
 * confirmed joins it and gives it its own time from then on. Confined to the control thread, but
 * for {@link #shown}.
 */
final class Trial {

  private final Map<String, TrialStore> stores = new LinkedHashMap<>();
  private final List<String> commands = new ArrayList<>();
  private volatile Optional<Unconfirmed> shown = Optional.empty();
  private Set<String> lodgedBefore = Set.of();
  private boolean active;
  private long endNs;

  /** What was lodged when the trial began. */
  Set<String> lodgedBefore() {
    return lodgedBefore;
  }

  boolean active() {
    return active;
  }

  /**
   * From here on changes are held, until {@link #end}.
   *
   * @param lodged what the store book had lodged, which holds again if the trial is dropped
   */
  void begin(Set<String> lodged) {
    active = true;
    lodgedBefore = Set.copyOf(lodged);
    endNs = System.nanoTime() + Duration.ofDays(1).toNanos(); // until the first change has joined
  }

  /** A change was carried out and is to be confirmed. */
  void join(String command, Duration within) {
    commands.add(command);
    endNs = System.nanoTime() + within.toNanos();
    Instant until = Instant.now().plus(within).truncatedTo(ChronoUnit.MILLIS);
    shown = Optional.of(new Unconfirmed(until, commands));
  }

  /** Lets the stores themselves be seen and changed; what is held stays for {@link #resume}. */
  void suspend() {
    active = false;
  }

  /** What is held stands before the stores again. */
  void resume() {
    active = true;
  }

  /** Forgets everything that was held. */
  void end() {
    active = false;
    stores.clear();
    commands.clear();
    shown = Optional.empty();
  }

  /** The store to read and change: the store itself, or what stands for it in a trial. */
  RuleStore view(RuleStore real) {
    return active
        ? stores.computeIfAbsent(real.name(), name -> new TrialStore(real)).over(real)
        : real;
  }

  /** The names of the stores that were looked at. */
  List<String> storeNames() {
    return List.copyOf(stores.keySet());
  }

  /** By either clock: one stands still while the machine sleeps, the other may be set. */
  boolean overdue() {
    return active
        && (System.nanoTime() - endNs >= 0
            || shown.filter(waiting -> !Instant.now().isBefore(waiting.until())).isPresent());
  }

  /** What waits; for any thread. */
  Optional<Unconfirmed> shown() {
    return shown;
  }
}
