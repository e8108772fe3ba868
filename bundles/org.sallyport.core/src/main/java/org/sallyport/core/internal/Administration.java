// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.FirewallStatus;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.PolicyText;
import org.sallyport.api.admin.Revision;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.packet.Direction;
import org.sallyport.kernel.proc.ProcFs;

/** The façade: reads from the last picture at once, hands changes to the control thread. */
final class Administration implements FirewallAdmin {

  private static final Duration LOOK_FOR_CONFIRMATION = Duration.ofMillis(200);

  private final Firewall firewall;
  private final CommandGate control;
  private final Parts parts;
  private final RuleInfos infos;
  private final RuleEnds ends;
  private final RuleChanges changes;
  private final PluginChanges plugins;
  private final PolicyChanges policies;
  private final SettingChanges settings;
  private final StackChanges stacks;
  private final SourceChanges sources;
  private final Explaining explaining;
  private final Ledger ledger;

  Administration(Firewall firewall, ControlThread control, Parts parts) {
    this.firewall = firewall;
    this.control = new CommandGate(control, parts.absences());
    this.parts = parts;
    infos = new RuleInfos(firewall);
    ends = new RuleEnds(firewall, parts, new ProcFs(ProcFs.ROOT));
    changes = new RuleChanges(firewall, parts, infos, ends);
    plugins = new PluginChanges(firewall);
    policies = new PolicyChanges(firewall, parts);
    settings = new SettingChanges(firewall);
    stacks = new StackChanges(firewall, parts, settings);
    sources = new SourceChanges(firewall, parts, settings);
    explaining = new Explaining(firewall);
    ledger = new Ledger(firewall);
    control.every(LOOK_FOR_CONFIRMATION, ledger::tick);
  }

  /** What ends rules by itself; for the control thread. */
  RuleEnds ends() {
    return ends;
  }

  @Override
  public FirewallStatus status() {
    return StatusPicture.of(firewall, parts);
  }

  @Override
  public List<RuleInfo> rules() {
    readKernelCounters();
    return infos.all();
  }

  @Override
  public RuleInfo rule(String id) {
    readKernelCounters();
    return infos.current(id);
  }

  /** Only where a backend counts by itself is there anything to wait for. */
  private void readKernelCounters() {
    if (!firewall.enforcer().plan().programs().isEmpty()) {
      control.call(
          () -> {
            firewall.tally().read();
            return firewall;
          });
    }
  }

  @Override
  public RuleInfo add(RuleRequest request, Execution execution) {
    return carry(execution, () -> changes.add(request, execution));
  }

  @Override
  public RuleInfo remove(String id, Execution execution) {
    return carry(execution, () -> changes.remove(id, execution));
  }

  @Override
  public RuleInfo setEnabled(String id, boolean enabled, Execution execution) {
    return carry(execution, () -> changes.setEnabled(id, enabled, execution));
  }

  @Override
  public void setDefault(Direction direction, Verdict verdict, Execution execution) {
    if (verdict != Verdict.ALLOW && !firewall.holding().directions().contains(direction)) {
      throw AdminException.refused(
          "no active backend judges traffic of the direction " + word(direction),
          word(direction),
          "its default stays allow");
    }
    set("default." + word(direction), word(verdict), execution);
  }

  @Override
  public void setMode(Mode mode, Execution execution) {
    set("mode", mode.word(), execution);
  }

  @Override
  public void setFailPreset(boolean closed, Execution execution) {
    set("fail", closed ? "closed" : "open", execution);
  }

  @Override
  public void setFail(Situation situation, Choice choice, Execution execution) {
    set("fail." + situation.word(), choice.word(), execution);
  }

  @Override
  public void down(Execution execution) {
    arm(false, execution);
  }

  @Override
  public void up(Execution execution) {
    arm(true, execution);
  }

  /** Never refused while something waits for confirmation: this is the way out. */
  private void arm(boolean armed, Execution execution) {
    String value = Boolean.toString(armed);
    control.call(
        () -> {
          settings.set("armed", value, execution);
          return value;
        });
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void set(String key, String value, Execution execution) {
    carry(
        execution,
        () -> {
          settings.set(key, value, execution);
          return key;
        });
  }

  private <T> T carry(Execution execution, Supplier<T> change) {
    return control.call(() -> ledger.run(execution, change));
  }

  @Override
  public PolicyDiff confirm(Execution execution) {
    return control.call(() -> ledger.confirm(execution));
  }

  @Override
  public PolicyDiff rollback(OptionalLong revision, Execution execution) {
    return control.call(
        () ->
            firewall.trial().active() && revision.isEmpty()
                ? ledger.takeBack(execution)
                : ledger.run(execution, () -> policies.rollBack(revision, execution)));
  }

  @Override
  public List<Revision> history() {
    return firewall.history().revisions();
  }

  @Override
  public PolicyDiff diff(long from, long to) {
    return control.call(() -> policies.diff(from, to));
  }

  @Override
  public String export() {
    return control.call(policies::export);
  }

  @Override
  public PolicyDiff apply(PolicyText text, Execution execution) {
    return carry(execution, () -> policies.apply(text, execution));
  }

  @Override
  public List<PolicyRule> useStore(String name, Execution execution) {
    return carry(execution, () -> policies.useStore(name, execution));
  }

  @Override
  public List<BackendStatus> backends() {
    return firewall.state().backends();
  }

  @Override
  public EnforcementPlan plan(List<String> backends) {
    return control.call(() -> stacks.plan(backends));
  }

  @Override
  public EnforcementPlan useBackends(List<String> backends, Execution execution) {
    return carry(execution, () -> stacks.use(backends, execution));
  }

  @Override
  public AttributionStatus useAttribution(String source, Execution execution) {
    return carry(execution, () -> sources.use(source, execution));
  }

  @Override
  public List<StoreStatus> stores() {
    return firewall.state().stores();
  }

  @Override
  public List<PluginStatus> plugins() {
    return parts.engine().map(PolicyEngine::plugins).orElse(List.of());
  }

  @Override
  public PluginStatus resetPlugin(String name, Execution execution) {
    return control.call(() -> plugins.reset(name, execution));
  }

  @Override
  public List<String> attributes() {
    return parts.engine().map(engine -> engine.attributes()).orElse(List.of());
  }

  @Override
  public Explanation explain(List<String> words) {
    control.awaitParts();
    return explaining.flow(words);
  }

  @Override
  public Explanation explainLast() {
    return explaining.last();
  }

  @Override
  public EventSubscription watch() {
    return firewall.events().subscribe();
  }
}
