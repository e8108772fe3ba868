// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.core.internal.Absences.Kind;
import org.sallyport.core.internal.document.History;
import org.sallyport.core.internal.events.EventHub;
import org.sallyport.core.internal.policy.Holding;
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
  private final KernelTally tally;
  private final Holding holding;
  private final PolicyPublisher publisher;

  private final Trial trial = new Trial();
  private final Console console;
  private final Transition transition;
  private final List<String> problems = new ArrayList<>();
  private Optional<Inputs> inForce = Optional.empty();
  private volatile State state;

  Firewall(Parts parts, Folders folders, boolean armAllowed) throws IOException {
    this.parts = parts;
    kept = Kept.load(folders);
    settings = kept.settings();
    book = kept.book();
    parts.sources().prefer(settings.attribution());
    console = new Console(this, parts);
    transition = new Transition(this, parts, kept.journal());
    Settings start = settings.current();
    leases = new LeaseBook(start.waits().swapGrace());
    parts.absences().grace(start.waits().swapGrace());
    Bridges bridges = Bridges.of(this, parts, start, kept.folder());
    enforcer = new Enforcer(parts, settings, kept.generations(), bridges, armAllowed);
    tally = new KernelTally(parts, kept.counters(), System::currentTimeMillis);
    watch = new KernelWatch(parts, enforcer, tally);
    holding = new StackHolding(enforcer, parts, new Orders(settings));
    publisher = new PolicyPublisher(slot, kept, trial, holding, failures);
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

  Holding holding() {
    return holding;
  }

  Enforcer enforcer() {
    return enforcer;
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
    guarded(this::bringAbout);
  }

  private static void guarded(KernelTally.Step step) throws BackendException {
    try {
      step.run();
    } catch (RuntimeException | LinkageError | StackOverflowError e) { // of a part
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
      carryOut();
    } catch (BackendException e) {
      if (problems.isEmpty()) {
        problems.add(e.getMessage()); // nobody may be there to be told, as when a file was edited
      }
      throw e;
    } finally {
      show();
    }
  }

  private void carryOut() throws BackendException {
    tally.around(() -> enforcer.carryOut(slot.current().isPresent()));
    inForce = Optional.of(inputs());
  }

  /**
   * Brings another stack of backends to the policy in force, which stays what it is.
   *
   * @throws BackendException as {@link #settle}
   */
  void restack() throws BackendException {
    inForce = Optional.empty();
    change(
        () -> {
          enforcer.restack(slot.current().isPresent());
          inForce = Optional.of(inputs());
        });
  }

  /** Follows another choice of the source of subjects, its tap too; the policy stays. */
  void followSource() throws BackendException {
    parts.sources().prefer(settings.attribution());
    change(enforcer::catchUp);
  }

  KernelTally tally() {
    return tally;
  }

  private void change(KernelTally.Step step) throws BackendException {
    try {
      guarded(() -> tally.around(step));
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
    if (!swapping && parts.engine().isPresent() && !publisher.isCompiler(parts.engine())) {
      // the same policy, kept fresh by who is there now
      publisher.publish(parts.engine().get(), revision(), problems);
    }
    show();
  }

  private void refresh() {
    parts.sources().prefer(settings.attribution());
    parts.stores().forEach(store -> book.refresh(store, trial.view(store)));
  }

  private Inputs inputs() {
    return Inputs.of(book.rules(), settings.current(), parts);
  }

  /** What cannot be compiled must not keep our rules in the kernel that are to be gone. */
  private void publishUnlessDisarmed(PolicyEngine engine) throws BackendException {
    try {
      publisher.publish(engine, Math.max(revision(), history().newest()) + 1, problems);
    } catch (BackendException e) {
      if (enforcer.armed()) {
        throw e;
      }
      LOG.warn("disarmed without a new policy", e);
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
    tally.read();
    saveCounters();
    try {
      transition.dropTrial(); // nobody could confirm it any more
      enforcer.shutDown(slot.current().isPresent());
    } catch (BackendException e) {
      LOG.error("stopping in order failed; the rules in the kernel stay as they are", e);
    }
    enforcer.close();
    events.close();
    leases.close();
  }

  /** Tells people of something until the next change. */
  void noteProblem(String problem) {
    if (!problems.contains(problem)) { // some things are tried again and again
      LOG.error("{}", problem);
      problems.add(problem);
      show();
    }
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
