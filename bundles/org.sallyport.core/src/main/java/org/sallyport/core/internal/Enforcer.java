// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.policy.Generations;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;

/**
 * Carries mode, fail modes and a fresh generation through the backends into the kernel. Confined to
 * the control thread.
 */
final class Enforcer {

  private final Parts parts;
  private final SettingsFiles settings;
  private final Generations generations;
  private final Bridges bridges;
  private final boolean armAllowed;
  private int generation;
  private boolean shuttingDown;

  Enforcer(
      Parts parts,
      SettingsFiles settings,
      Generations generations,
      Bridges bridges,
      boolean armAllowed) {
    this.parts = parts;
    this.settings = settings;
    this.generations = generations;
    this.bridges = bridges;
    this.armAllowed = armAllowed;
  }

  boolean armed() {
    return armAllowed && settings.current().armed();
  }

  int generation() {
    return generation;
  }

  /** The directions that the present backends judge; all while none is there to ask. */
  Set<Direction> directions() {
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    parts.backends().forEach(backend -> directions.addAll(backend.directions()));
    return directions.isEmpty() ? EnumSet.allOf(Direction.class) : directions;
  }

  /**
   * Brings the kernel to what the settings say.
   *
   * @param published whether there is a policy; until then what is in the kernel stays
   */
  void carryOut(boolean published) throws BackendException {
    if (!armAllowed || !published) {
      return; // a disarmed daemon does not even clean: the rules may be another one's
    }
    if (!armed()) {
      disarm();
      return;
    }
    generation = freshGeneration();
    for (Backend backend : parts.backends()) {
      backend.enforce(bridges, order());
    }
  }

  /**
   * Flows keep no mark of ours either; one that did would be seen by whoever uses the bits next.
   */
  private void disarm() throws BackendException {
    boolean marked = generation != 0 || isInKernel();
    for (Backend backend : parts.backends()) {
      backend.disarm();
    }
    try {
      if (marked) {
        generations.sweep();
      }
    } catch (IOException e) {
      throw new BackendException(
          "our rules are removed, but flows may still carry our marks: " + e.getMessage(), e);
    }
    generation = 0;
  }

  private boolean isInKernel() throws BackendException {
    for (Backend backend : parts.backends()) {
      if (backend.generationInKernel().isPresent()) {
        return true;
      }
    }
    return false;
  }

  private int freshGeneration() throws BackendException {
    for (Backend backend : parts.backends()) {
      backend.generationInKernel().ifPresent(generations::seen);
    }
    try {
      return generations.next();
    } catch (IOException e) {
      throw new BackendException("there is no new generation: " + e.getMessage(), e);
    }
  }

  private Enforcement order() {
    Settings now = settings.current();
    return new Enforcement(
        now.mode(),
        generation,
        now.failModes(),
        now.loopback(),
        Hooked.by(bridges.slot().current(), now.defaults()),
        shuttingDown);
  }

  /**
   * The daemon is stopping in order; only where that has a choice of its own, the kernel changes.
   */
  void shutDown(boolean published) throws BackendException {
    shuttingDown = true;
    Settings now = settings.current();
    Choice stopped = now.failModes().choice(Situation.SHUTDOWN);
    if (armed() && stopped != now.failModes().choice(Situation.NO_LISTENER)) {
      carryOut(published);
    }
  }

  List<BackendStatus> status() {
    List<BackendStatus> all = new ArrayList<>();
    for (Backend backend : parts.backends()) {
      BackendHealth health = backend.health();
      boolean healthy = health.problems().isEmpty();
      all.add(
          new BackendStatus(
              backend.name(), health.active(), healthy, health.problems(), health.figures()));
    }
    return all;
  }
}
