// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.RuleText;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ProcStat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends rules whose time has come: their moment has passed, or their process is gone. What a command
 * added is taken out of its store; a person's file is left alone, where the rule shows as ended.
 * Confined to the control thread.
 */
final class RuleEnds {

  private static final Logger LOG = LoggerFactory.getLogger(RuleEnds.class);

  private final Firewall firewall;
  private final Parts parts;
  private final ProcFs processes;
  private final Set<RuleDefinition> left = new HashSet<>();

  RuleEnds(Firewall firewall, Parts parts, ProcFs processes) {
    this.firewall = firewall;
    this.parts = parts;
    this.processes = processes;
  }

  /**
   * The process a rule until exit is about, as it runs now.
   *
   * @throws AdminException if there is none of that number
   */
  Optional<ProcessId> processOf(RuleText rule) {
    List<Criterion> pids =
        rule.criteria().stream().filter(c -> c.attribute().equals("process.pid")).toList();
    boolean one =
        pids.size() == 1
            && pids.get(0).operator() == Operator.EQUALS
            && pids.get(0).values().size() == 1;
    if (!(rule.lifetime() instanceof Lifetime.UntilExit) || !one) {
      return Optional.empty(); // the engine refuses what names no process
    }
    int pid = Integer.parseInt(pids.get(0).values().get(0));
    if (processes.stat(pid) instanceof ProcRead.Done<ProcStat> done) {
      return Optional.of(new ProcessId(pid, done.value().startTimeTicks()));
    }
    throw AdminException.refused(
        "there is no process " + pid, "process.pid", "it may have exited already");
  }

  /**
   * Takes rules that have ended out of their stores.
   *
   * @return whether one of them still takes part, so that the policy must be settled
   */
  boolean sweep() {
    if (parts.engine().isEmpty() || parts.isSwapping()) {
      return false; // nothing could be brought into force; the next call tries again
    }
    List<CompiledRule> rules =
        firewall.slot().current().map(snapshot -> snapshot.rules()).orElse(List.of());
    left.retainAll(rules.stream().map(CompiledRule::definition).toList());
    Instant now = Instant.now();
    Map<String, ProcessId> bound = firewall.book().bound();
    boolean due = false;
    for (CompiledRule rule : rules) {
      if (hasEnded(rule, now, bound) && left.add(rule.definition())) {
        takeOut(rule);
        due = true;
      }
    }
    return due;
  }

  private boolean hasEnded(CompiledRule rule, Instant now, Map<String, ProcessId> bound) {
    if (rule.rule().lifetime() instanceof Lifetime.Until until) {
      return !now.isBefore(until.end());
    }
    ProcessId process = bound.get(rule.definition().id());
    return process != null
        && rule.rule().lifetime() instanceof Lifetime.UntilExit
        && isGone(process);
  }

  /** A process that cannot be read for another reason is not taken for gone. */
  private boolean isGone(ProcessId process) {
    ProcRead<ProcStat> stat = processes.stat(process.pid());
    return stat instanceof ProcRead.Gone<ProcStat>
        || (stat instanceof ProcRead.Done<ProcStat> done
            && done.value().startTimeTicks() != process.startTimeTicks());
  }

  private void takeOut(CompiledRule rule) {
    String id = rule.definition().id();
    Optional<RuleStore> store = parts.store(rule.store()).map(firewall.trial()::view);
    try {
      if (store.isPresent() && store.get().remove(id)) {
        LOG.info("rule {} has ended: {}", id, rule.canonicalText());
      }
    } catch (StoreException e) {
      LOG.info("rule {} has ended and stays in its file: {}", id, e.getMessage());
    }
  }
}
