// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.core.internal.Absences.Kind;
import org.sallyport.core.internal.policy.Generations;
import org.sallyport.core.internal.revoke.Revoker;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries mode, fail modes and a fresh generation through the backends of the stack into the
 * kernel. Every backend is ready before the first of them changes a verdict; those that left the
 * stack let go after the last has. Confined to the control thread.
 */
final class Enforcer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Enforcer.class);

  private final Parts parts;
  private final SettingsFiles settings;
  private final KernelGeneration generation;
  private final Bridges bridges;
  private final boolean armAllowed;

  private final Followers following = new Followers();

  /** By name, which instance may hold something: it was readied, and has not let go since. */
  private final Map<String, Backend> engaged = new LinkedHashMap<>();

  /** By name, what each backend judged when it was asked last; read by any thread. */
  private final Map<String, Set<Direction>> judged = new ConcurrentHashMap<>();

  private final Revoker revoker = new Revoker();
  private final Orders orders;
  private final Guards guards;
  private volatile StackPlan plan = StackPlan.NONE;
  private boolean shuttingDown;

  /** What the proofs in the kernel rest on; empty unless it was carried out to the end. */
  private Optional<Orders.Grounds> proven = Optional.empty();

  Enforcer(
      Parts parts,
      SettingsFiles settings,
      Generations generations,
      Bridges bridges,
      boolean armAllowed) {
    this.parts = parts;
    this.settings = settings;
    generation = new KernelGeneration(parts, generations);
    this.bridges = bridges;
    this.armAllowed = armAllowed;
    orders = new Orders(settings);
    guards = new Guards(parts, generation, bridges);
  }

  boolean armed() {
    return armAllowed && settings.current().armed();
  }

  int generation() {
    return generation.inForce();
  }

  /** What each backend of the stack does about the policy in force; any thread. */
  StackPlan plan() {
    return plan;
  }

  /** The names of the active backends in order. */
  List<String> stack() {
    return settings.current().stack();
  }

  /**
   * The directions that the backends judge, those that are being replaced included; all while none
   * is there to ask.
   */
  Set<Direction> directions() {
    List<Backend> present = ActiveBackends.present(stack(), parts.backends());
    present.forEach(backend -> judged.put(backend.name(), backend.directions()));
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    present.forEach(backend -> directions.addAll(backend.directions()));
    for (String name : parts.absences().replaced(Kind.BACKEND)) {
      if (stack().contains(name)) {
        directions.addAll(judged.getOrDefault(name, Set.of()));
      }
    }
    return directions.isEmpty() ? EnumSet.allOf(Direction.class) : directions;
  }

  /**
   * Brings the kernel to what the settings say.
   *
   * @param published whether there is a policy; until then what is in the kernel stays
   */
  void carryOut(boolean published) throws BackendException {
    carryOut(published, false);
  }

  /**
   * The same for another stack. If nothing else differs from what stands in the kernel, no verdict
   * does, and what was proven so far stays so: a connection that its program has just closed, which
   * nobody could judge again, can end. Proofs of another policy, or of an order that failed half
   * way, are never kept.
   */
  void restack(boolean published) throws BackendException {
    carryOut(published, true);
  }

  private void carryOut(boolean published, boolean keepsProofs) throws BackendException {
    Optional<Orders.Grounds> before = proven;
    proven = Optional.empty();
    if (!armAllowed) {
      plan = planOf(ActiveBackends.present(stack(), parts.backends())); // for people
      return; // a disarmed daemon does not even clean: the rules may be another one's
    }
    Set<String> gone = parts.absences().gone(Kind.BACKEND);
    gone.retainAll(stack());
    if (!gone.isEmpty()) {
      throw new BackendException(
          "the backend " + gone + " is gone, its rules stand as they are", null);
    }
    if (!armed()) {
      disarm();
    } else if (published) {
      List<Backend> stack = ActiveBackends.whole(stack(), parts.backends());
      StackPlan next = planOf(stack);
      next.requireWhole();
      Optional<Orders.Grounds> now =
          Optional.of(orders.grounds(bridges.slot().current(), shuttingDown));
      if (!keepsProofs || !before.equals(now)) {
        generation.move();
      }
      following.clear();
      plan = next;
      enforce(stack);
      letGo(stack);
      proven = now;
      review();
    }
  }

  /** From the last to the first, so that whoever passes on finds the next one ready. */
  private void enforce(List<Backend> stack) throws BackendException {
    List<Backend> lastFirst = new ArrayList<>(stack);
    Collections.reverse(lastFirst);
    Optional<SubjectSource> source = bridges.subjects();
    following.untapped(); // if this fails half way, the next try writes the tap too
    for (Backend backend : lastFirst) {
      engaged.put(backend.name(), backend);
      backend.prepare(bridges, order(backend.name()));
    }
    for (Backend backend : lastFirst) {
      backend.enforce(bridges, order(backend.name()));
      following.add(backend);
    }
    following.tappedBy(source);
  }

  /** What runs and is no longer allowed ends, once refusals bind. */
  private void review() {
    if (settings.current().mode() == Mode.ENFORCE) {
      revoker.review(bridges, order(plan.stack().get(0)));
    } else {
      revoker.callOff();
    }
  }

  /** What left the stack decides nothing any more; what it still holds is no reason to go back. */
  private void letGo(List<Backend> stack) {
    Map<String, Backend> leaving = new LinkedHashMap<>(engaged);
    stack.forEach(backend -> leaving.remove(backend.name()));
    leaving.forEach(
        (name, backend) -> {
          engaged.remove(name);
          if (parts.backends().contains(backend)) {
            try {
              backend.retire();
            } catch (BackendException | RuntimeException | LinkageError e) {
              LOG.error("{} decides nothing any more but did not let go", name, e);
            }
          }
        });
  }

  /** Plans the policy in force for a stack; refuses an order in which it cannot stand. */
  StackPlan planOf(List<Backend> stack) throws BackendException {
    return StackPlan.of(bridges.slot().current(), stack);
  }

  /** Looks through no more flows. */
  @Override
  public void close() {
    revoker.close();
  }

  List<BackendStatus> status() {
    return BackendPicture.of(stack(), parts, revoker.revoked());
  }

  /**
   * Has each backend of the stack that is there stand guard, once, where verdicts are to bind: for
   * the time until the first policy.
   *
   * @return what failed, a sentence each
   */
  List<String> guard() {
    return armed() && settings.current().mode() == Mode.ENFORCE
        ? guards.stand(stack(), this::order, backend -> engaged.put(backend.name(), backend))
        : List.of();
  }

  /**
   * Has backends that were replaced follow the order in force: the same policy, the same
   * generation, so that no flow is judged again. So do all when another source of subjects came,
   * whose tap is to stand in the rules; while one is being replaced, its tap stays. And so does one
   * that wants another try.
   */
  void catchUp() throws BackendException {
    List<Backend> behind = behind();
    if (!behind.isEmpty()) {
      enforce(behind);
    }
  }

  private List<Backend> behind() {
    List<Backend> present = ActiveBackends.present(stack(), parts.backends());
    return following.behind(present, bridges.subjects());
  }

  /** Whether {@link #catchUp} has something to do. */
  boolean isBehind() {
    return !behind().isEmpty();
  }

  /**
   * Flows keep no mark of ours either; one that did would be seen by whoever uses the bits next.
   */
  private void disarm() throws BackendException {
    following.clear();
    engaged.clear();
    revoker.callOff();
    boolean marked = generation.mayBeMarked();
    for (Backend backend : parts.backends()) {
      backend.disarm();
    }
    if (marked) {
      generation.sweep();
    }
    generation.none();
  }

  /** The order in force, as a backend is to follow it. */
  private Enforcement order(String backend) {
    StackPlan first = new StackPlan(stack(), Map.of());
    return order(plan.stack().isEmpty() ? first : plan, backend, generation.inForce());
  }

  /** What a backend would install under a plan, for people. */
  List<String> describe(Backend backend, StackPlan of) {
    return backend.describe(bridges, order(of, backend.name(), Math.max(generation.inForce(), 1)));
  }

  private Enforcement order(StackPlan of, String backend, int underGeneration) {
    return orders.of(of, backend, bridges.slot().current(), underGeneration, shuttingDown);
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
}
