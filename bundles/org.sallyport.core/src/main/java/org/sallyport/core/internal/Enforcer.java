// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.Absences.Kind;
import org.sallyport.core.internal.policy.Generations;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;

/**
 * Carries mode, fail modes and a fresh generation through the backends into the kernel. Confined to
 * the control thread.
 */
final class Enforcer {

  private static final String GONE =
      "gone; its rules stay in the kernel, under the fail mode no-listener";

  private final Parts parts;
  private final SettingsFiles settings;
  private final Generations generations;
  private final Bridges bridges;
  private final boolean armAllowed;

  /** By name, which instance follows the order in force. */
  private final Map<String, Backend> following = new HashMap<>();

  /** By name, which instance was told to stand guard. */
  private final Map<String, Backend> guarding = new HashMap<>();

  /** By name, what each backend judged when it was asked last; read by any thread. */
  private final Map<String, Set<Direction>> judged = new ConcurrentHashMap<>();

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

  /**
   * The directions that the backends judge, those that are being replaced included; all while none
   * is there to ask.
   */
  Set<Direction> directions() {
    parts.backends().forEach(backend -> judged.put(backend.name(), backend.directions()));
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    parts.backends().forEach(backend -> directions.addAll(backend.directions()));
    for (String name : parts.absences().replaced(Kind.BACKEND)) {
      directions.addAll(judged.getOrDefault(name, Set.of()));
    }
    return directions.isEmpty() ? EnumSet.allOf(Direction.class) : directions;
  }

  /**
   * Brings the kernel to what the settings say.
   *
   * @param published whether there is a policy; until then what is in the kernel stays
   */
  void carryOut(boolean published) throws BackendException {
    if (!armAllowed) {
      return; // a disarmed daemon does not even clean: the rules may be another one's
    }
    Set<String> gone = parts.absences().gone(Kind.BACKEND);
    if (!gone.isEmpty()) {
      throw new BackendException(
          "the backend " + gone + " is gone, its rules stand as they are", null);
    }
    if (!armed()) {
      disarm();
      return;
    }
    if (!published) {
      return;
    }
    generation = freshGeneration();
    following.clear();
    for (Backend backend : parts.backends()) {
      enforce(backend);
    }
  }

  private void enforce(Backend backend) throws BackendException {
    backend.enforce(bridges, order());
    following.put(backend.name(), backend);
  }

  /**
   * Has each backend that is there stand guard, once, where verdicts are to bind: for the time
   * until the first policy.
   *
   * @return what failed, a sentence each
   */
  List<String> guard() {
    List<String> problems = new ArrayList<>();
    if (!armed() || settings.current().mode() != Mode.ENFORCE) {
      return problems;
    }
    for (Backend backend : parts.backends()) {
      if (guarding.put(backend.name(), backend) != backend) {
        try {
          generation = generation == 0 ? freshGeneration() : generation;
          backend.guard(bridges, order());
        } catch (BackendException e) {
          guarding.remove(backend.name()); // tried again
          problems.add(backend.name() + " does not guard the host: " + e.getMessage());
        }
      }
    }
    return problems;
  }

  /**
   * Has backends that were replaced follow the order in force: the same policy, the same
   * generation, so that no flow is judged again.
   */
  void catchUp() throws BackendException {
    for (Backend backend : parts.backends()) {
      Backend before = following.get(backend.name());
      if (before != null && before != backend) {
        enforce(backend);
      }
    }
  }

  /**
   * Flows keep no mark of ours either; one that did would be seen by whoever uses the bits next.
   */
  private void disarm() throws BackendException {
    following.clear();
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
    for (String name : parts.absences().replaced(Kind.BACKEND)) {
      all.add(new BackendStatus(name, true, true, List.of(), "is being replaced"));
    }
    for (String name : parts.absences().gone(Kind.BACKEND)) {
      all.add(new BackendStatus(name, false, false, List.of(GONE), ""));
    }
    return all;
  }
}
