// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.Absences.Kind;
import org.sallyport.core.internal.document.History;
import org.sallyport.core.internal.events.EventHub;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.policy.PolicySlot;
import org.sallyport.core.internal.policy.StoreBook;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane's state and the one way it changes: {@link #settle} compiles what the stores
 * hold, publishes the snapshot and carries it into the kernel. Confined to the control thread, but
 * for the {@code volatile} picture that readers take.
 */
final class Firewall {

  private static final Logger LOG = LoggerFactory.getLogger(Firewall.class);

  /** How long a reader may use an old snapshot after a change, before it is named and gone past. */
  private static final Duration READERS_PATIENCE = Duration.ofSeconds(2);

  private final Parts parts;
  private final Kept kept;
  private final SettingsFiles settings;
  private final StoreBook book;
  private final PolicySlot slot = new PolicySlot();
  private final FailCounters failures = new FailCounters();
  private final AttributionCounters attribution = new AttributionCounters();
  private final EventHub events = new EventHub(failures);
  private final LeaseBook leases;
  private final Enforcer enforcer;
  private final KernelWatch watch;

  private final Trial trial = new Trial();
  private final Console console;
  private final Transition transition;
  private boolean unremembered;
  private final List<String> problems = new ArrayList<>();
  private Optional<Inputs> inForce = Optional.empty();
  private Optional<PolicyEngine> compiler = Optional.empty();
  private volatile State state;

  Firewall(Parts parts, Folders folders, boolean armAllowed) throws IOException {
    this.parts = parts;
    kept = Kept.load(folders);
    settings = kept.settings();
    book = kept.book();
    console = new Console(this, parts);
    transition = new Transition(this, parts, kept.journal());
    Settings start = settings.current();
    leases = new LeaseBook(start.waits().swapGrace());
    parts.absences().grace(start.waits().swapGrace());
    Bridges bridges =
        new Bridges(
            slot,
            parts,
            events,
            failures,
            attribution,
            start.marks(),
            start.queueNumber(),
            kept.folder(),
            leases);
    enforcer = new Enforcer(parts, settings, kept.generations(), bridges, armAllowed);
    watch = new KernelWatch(parts, enforcer);
    show();
  }

  State state() {
    return state;
  }

  PolicySlot slot() {
    return slot;
  }

  EventHub events() {
    return events;
  }

  FailCounters failures() {
    return failures;
  }

  AttributionCounters attribution() {
    return attribution;
  }

  LeaseBook leases() {
    return leases;
  }

  SettingsFiles settings() {
    return settings;
  }

  Trial trial() {
    return trial;
  }

  Console console() {
    return console;
  }

  Transition transition() {
    return transition;
  }

  History history() {
    return kept.history();
  }

  StoreBook book() {
    return book;
  }

  Set<Direction> enforceable() {
    return enforcer.directions();
  }

  PolicyEngine engine() {
    return parts.engineOrRefusal();
  }

  /**
   * Brings policy and kernel to what stores and settings say now, and returns when that is in
   * force. Without an engine the last snapshot stays.
   *
   * @throws BackendException if the kernel refused; what it held before, or more refusal, stands
   */
  void settle() throws BackendException {
    try {
      bringAbout();
    } catch (RuntimeException | LinkageError e) { // a part may be half swapped
      throw new BackendException("a part failed: " + e, e);
    }
  }

  private void bringAbout() throws BackendException {
    problems.clear();
    transition.finish().ifPresent(problems::add);
    refresh();
    inForce = Optional.empty();
    try {
      if (parts.engine().isPresent()) {
        publishUnlessDisarmed(parts.engine().get());
      } else {
        problems.add("engine: absent; the policy of revision " + revision() + " stays in force");
      }
      enforcer.carryOut(slot.current().isPresent());
      inForce = Optional.of(inputs());
    } catch (BackendException e) {
      if (problems.isEmpty()) {
        problems.add(e.getMessage()); // nobody may be there to be told, as when a file was edited
      }
      throw e;
    } finally {
      show();
    }
  }

  /**
   * Settles if anything differs from what was settled last: stores and parts give notice more often
   * than they change, and each revision has every flow judged again. While a part is being replaced
   * nothing moves; its successor goes on where it left off.
   */
  void settleIfChanged() throws BackendException {
    refresh();
    parts.absences().gone(Kind.STORE).forEach(book::away);
    enforcer.catchUp();
    boolean swapping = parts.isSwapping();
    if (!swapping && (inForce.isEmpty() || !inForce.get().equals(inputs()))) {
      settle();
      return;
    }
    if (!swapping && parts.engine().isPresent() && !parts.engine().equals(compiler)) {
      publish(parts.engine().get(), revision()); // the same policy, kept fresh by who is there now
    }
    show();
  }

  /** Before the first policy: backends that are there keep traffic from passing unjudged. */
  void guard() {
    for (String problem : enforcer.guard()) {
      if (!problems.contains(problem)) { // it is tried again and again
        LOG.error("{}", problem);
        problems.add(problem);
        show();
      }
    }
  }

  private void refresh() {
    parts.stores().forEach(store -> book.refresh(store, trial.view(store)));
  }

  private Inputs inputs() {
    return Inputs.of(book.rules(), settings.current(), parts);
  }

  /** What cannot be compiled must not keep our rules in the kernel that are to be gone. */
  private void publishUnlessDisarmed(PolicyEngine engine) throws BackendException {
    try {
      publish(engine, Math.max(revision(), history().newest()) + 1);
    } catch (BackendException e) {
      if (enforcer.armed()) {
        throw e;
      }
      LOG.warn("disarmed without a new policy", e);
    }
  }

  private void publish(PolicyEngine engine, long revision) throws BackendException {
    Compilation result =
        PolicyMaker.compileLastGood(engine, revision, book, settings.current(), enforceable());
    if (result instanceof Compilation.Compiled compiled) {
      compiler = Optional.of(engine);
      List<String> late = slot.publish(compiled.snapshot(), READERS_PATIENCE);
      if (!late.isEmpty()) {
        failures.count(Situation.PLUGIN_ERROR, late.size());
        problems.add("still judging by an older revision: " + late);
      }
      boolean changed = book.accept(!trial.active());
      unremembered |= changed;
      if (unremembered && !trial.active()) {
        kept.remember().ifPresentOrElse(problems::add, () -> unremembered = false);
      }
    } else if (result instanceof Compilation.Refused refused) {
      for (RuleProblem problem : refused.problems()) {
        problems.add(problem.origin() + ": rule " + problem.ruleId() + ": " + problem.message());
      }
      throw new BackendException("no policy could be made: " + problems.get(0), null);
    }
  }

  /** Looks after the kernel: what somebody changed behind our back is put right again. */
  void check() {
    show();
    watch.check(state.backends(), slot.current().isPresent(), this::show);
  }

  /** Keeps the counters for the next start. */
  void saveCounters() {
    kept.saveCounters();
  }

  /** The daemon is stopping in order: the kernel keeps its rules, under the fail mode for that. */
  void shutDown() {
    saveCounters();
    try {
      transition.dropTrial(); // nobody could confirm it any more
      enforcer.shutDown(slot.current().isPresent());
    } catch (BackendException e) {
      LOG.error("stopping in order failed; the rules in the kernel stay as they are", e);
    }
    events.close();
    leases.close();
  }

  /** Tells people of something until the next change. */
  void noteProblem(String problem) {
    problems.add(problem);
    show();
  }

  long revision() {
    return slot.current().map(snapshot -> snapshot.revision()).orElse(0L);
  }

  private void show() {
    List<String> all = new ArrayList<>(kept.repairs().problems());
    all.addAll(problems);
    state = State.of(settings, enforcer, revision(), book, all);
  }
}
