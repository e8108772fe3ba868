// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.events.EventHub;
import org.sallyport.core.internal.policy.Generations;
import org.sallyport.core.internal.policy.LastGoodFile;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.policy.PolicySlot;
import org.sallyport.core.internal.policy.RuleCounters;
import org.sallyport.core.internal.policy.StoreBook;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;
import org.sallyport.kernel.conntrack.ConntrackMarks;
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

  /** How long clearing our marks from all flows may take; a full table takes under a second. */
  private static final Duration SWEEP_PATIENCE = Duration.ofSeconds(10);

  /** How long a part may be away before that changes anything. */
  private static final Duration SWAP_GRACE = Duration.ofSeconds(5);

  private final Parts parts;
  private final SettingsFiles settings;
  private final RuleCounters counters;
  private final StoreBook book;
  private final LastGoodFile lastGood;
  private final PolicySlot slot = new PolicySlot();
  private final FailCounters failures = new FailCounters();
  private final AttributionCounters attribution = new AttributionCounters();
  private final EventHub events = new EventHub(failures);
  private final LeaseBook leases = new LeaseBook(SWAP_GRACE);
  private final Enforcer enforcer;

  private final StartRepairs repairs = new StartRepairs();
  private final List<String> problems = new ArrayList<>();
  private Optional<Inputs> inForce = Optional.empty();
  private volatile State state;

  Firewall(Parts parts, Folders folders, boolean armAllowed) throws IOException {
    this.parts = parts;
    Path stateFolder = folders.state();
    repairs.removeLeftovers(stateFolder);
    settings = SettingsFiles.load(folders.etc(), stateFolder, repairs);
    Path figures = stateFolder.resolve("counters");
    counters =
        repairs.readOrPutAside(
            figures, () -> new RuleCounters(figures), "all rules count from zero");
    Path good = stateFolder.resolve("last-good.yaml");
    lastGood = new LastGoodFile(good);
    book =
        new StoreBook(
            counters,
            repairs.readOrPutAside(
                good, lastGood::load, "rule files that are broken now have nothing to stand in"));
    Settings start = settings.current();
    Bridges bridges =
        new Bridges(
            slot,
            parts,
            events,
            failures,
            attribution,
            start.marks(),
            start.queueNumber(),
            stateFolder,
            leases);
    MarkLayout marks = start.marks();
    Path generation = stateFolder.resolve("generation");
    Generations generations =
        repairs.readOrPutAside(
            generation,
            () ->
                new Generations(
                    generation,
                    marks,
                    () -> ConntrackMarks.clear(marks.mask(), SWEEP_PATIENCE.toMillis())),
            "all flows are judged afresh");
    enforcer = new Enforcer(parts, settings, generations, bridges, armAllowed);
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

  SettingsFiles settings() {
    return settings;
  }

  StoreBook book() {
    return book;
  }

  RuleCounters counters() {
    return counters;
  }

  Set<Direction> enforceable() {
    return enforcer.directions();
  }

  PolicyEngine engine() {
    return parts
        .engine()
        .orElseThrow(
            () ->
                AdminException.refused(
                    "engine: absent", "", "the policy in force stays; start it again"));
  }

  /**
   * Brings policy and kernel to what stores and settings say now, and returns when that is in
   * force. Without an engine the last snapshot stays.
   *
   * @throws BackendException if the kernel refused; what it held before, or more refusal, stands
   */
  void settle() throws BackendException {
    parts.stores().forEach(book::refresh);
    problems.clear();
    inForce = Optional.empty();
    try {
      if (parts.engine().isPresent()) {
        publish(parts.engine().get());
      } else {
        problems.add("engine: absent; the policy of revision " + revision() + " stays in force");
      }
      enforcer.carryOut(slot.current().isPresent());
      inForce = Optional.of(inputs());
    } finally {
      show();
    }
  }

  /**
   * Settles if anything differs from what was settled last: stores and parts give notice more often
   * than they change, and each revision has every flow judged again.
   */
  void settleIfChanged() throws BackendException {
    parts.stores().forEach(book::refresh);
    if (inForce.isEmpty() || !inForce.get().equals(inputs())) {
      settle();
    } else {
      show();
    }
  }

  /** What a policy in force was made from. */
  private record Inputs(
      List<StoredRule> rules,
      Settings settings,
      Optional<PolicyEngine> engine,
      List<Backend> backends) {}

  private Inputs inputs() {
    return new Inputs(
        book.rules(), settings.current(), parts.engine(), List.copyOf(parts.backends()));
  }

  private void publish(PolicyEngine engine) throws BackendException {
    Compilation result =
        PolicyMaker.compileLastGood(
            engine, revision() + 1, book, settings.current(), enforceable());
    if (result instanceof Compilation.Compiled compiled) {
      List<String> late = slot.publish(compiled.snapshot(), READERS_PATIENCE);
      if (!late.isEmpty()) {
        failures.count(Situation.PLUGIN_ERROR, late.size());
        problems.add("still judging by an older revision: " + late);
      }
      if (book.accept()) {
        remember();
      }
    } else if (result instanceof Compilation.Refused refused) {
      for (RuleProblem problem : refused.problems()) {
        problems.add(problem.origin() + ": rule " + problem.ruleId() + ": " + problem.message());
      }
      throw new BackendException("no policy could be made: " + problems.get(0), null);
    }
  }

  private void remember() {
    try {
      lastGood.save(book.lastGood());
      counters.save();
    } catch (IOException e) {
      LOG.error("the policy is in force but could not be remembered", e);
      problems.add("the policy would not survive a restart: " + e.getMessage());
    }
  }

  /** Looks after the kernel: what somebody changed behind our back is put right again. */
  void check() {
    show();
    boolean hurt = state.backends().stream().anyMatch(backend -> !backend.active());
    if (hurt && enforcer.armed() && slot.current().isPresent()) {
      LOG.warn("repairing: {}", state.backends());
      try {
        enforcer.carryOut(true);
      } catch (BackendException e) {
        LOG.error("the kernel could not be repaired", e);
      } finally {
        show();
      }
    }
  }

  /** Keeps the counters for the next start. */
  void saveCounters() {
    try {
      counters.save();
    } catch (IOException e) {
      LOG.warn("the rules' counters could not be saved", e);
    }
  }

  /** The daemon is stopping in order: the kernel keeps its rules, under the fail mode for that. */
  void shutDown() {
    saveCounters();
    try {
      enforcer.shutDown(slot.current().isPresent());
    } catch (BackendException e) {
      LOG.error("stopping in order failed; the rules in the kernel stay as they are", e);
    }
    events.close();
    leases.close();
  }

  long revision() {
    return slot.current().map(snapshot -> snapshot.revision()).orElse(0L);
  }

  private void show() {
    state =
        new State(
            settings.current(),
            settings.overrides(),
            enforcer.armed(),
            revision(),
            enforcer.generation(),
            enforcer.status(),
            book.status(),
            allProblems());
  }

  private List<String> allProblems() {
    List<String> all = new ArrayList<>(repairs.problems());
    all.addAll(problems);
    return all;
  }
}
