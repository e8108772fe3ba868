// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.FailStatus;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.FirewallStatus;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.kernel.proc.ProcFs;

/** The façade: reads from the last picture at once, hands changes to the control thread. */
final class Administration implements FirewallAdmin {

  /** What netfilter never sees on any host, said aloud. */
  private static final List<String> NOT_SEEN =
      List.of(
          "AF_PACKET sockets, XDP and tc programs",
          "macvlan and SR-IOV guests",
          "inbound and forwarded traffic (no active backend judges it)");

  private final Firewall firewall;
  private final CommandGate control;
  private final Parts parts;
  private final RuleInfos infos;
  private final RuleEnds ends;
  private final RuleChanges changes;
  private final PluginChanges plugins;

  Administration(Firewall firewall, ControlThread control, Parts parts) {
    this.firewall = firewall;
    this.control = new CommandGate(control, parts.absences());
    this.parts = parts;
    infos = new RuleInfos(firewall);
    ends = new RuleEnds(firewall, parts, new ProcFs(ProcFs.ROOT));
    changes = new RuleChanges(firewall, parts, infos, ends);
    plugins = new PluginChanges(firewall);
  }

  /** What ends rules by itself; for the control thread. */
  RuleEnds ends() {
    return ends;
  }

  @Override
  public FirewallStatus status() {
    State state = firewall.state();
    Settings settings = state.settings();
    Map<Situation, FailStatus> fail = new EnumMap<>(Situation.class);
    for (Situation situation : Situation.values()) {
      long count = firewall.failures().get(situation);
      fail.put(situation, new FailStatus(settings.failModes().choice(situation), count));
    }
    return new FirewallStatus(
        System.getProperty("sallyport.version", "unknown"),
        state.armed(),
        settings.mode(),
        settings.defaults(),
        settings.loopback(),
        state.revision(),
        state.generation(),
        parts.hasEngine(),
        state.backends(),
        state.stores(),
        fail,
        attribution(),
        state.overrides(),
        NOT_SEEN,
        state.problems());
  }

  private AttributionStatus attribution() {
    return new AttributionStatus(
        parts.sourceName().orElse("none"),
        firewall.attribution().exact(),
        firewall.attribution().unknown());
  }

  @Override
  public List<RuleInfo> rules() {
    return infos.all();
  }

  @Override
  public RuleInfo rule(String id) {
    return infos.current(id);
  }

  @Override
  public RuleInfo add(RuleRequest request, Execution execution) {
    return control.call(() -> changes.add(request, execution));
  }

  @Override
  public RuleInfo remove(String id, Execution execution) {
    return control.call(() -> changes.remove(id, execution));
  }

  @Override
  public RuleInfo setEnabled(String id, boolean enabled, Execution execution) {
    return control.call(() -> changes.setEnabled(id, enabled, execution));
  }

  @Override
  public void setDefault(Direction direction, Verdict verdict, Execution execution) {
    if (verdict != Verdict.ALLOW && !firewall.enforceable().contains(direction)) {
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
    set("armed", "false", execution);
  }

  @Override
  public void up(Execution execution) {
    set("armed", "true", execution);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void set(String key, String value, Execution execution) {
    change(
        () -> {
          preview(key, value);
          if (key.startsWith("default.") || key.startsWith("fail")) {
            PolicyEngine unused = firewall.engine(); // these are compiled into the policy
          }
          if (execution == Execution.APPLY) {
            keep(key, value);
          }
          return key;
        });
  }

  private void preview(String key, String value) {
    try {
      firewall.settings().preview(key, value);
    } catch (IllegalArgumentException e) {
      throw new AdminException(AdminException.Kind.USAGE, e.getMessage(), key, "", e);
    }
  }

  private void keep(String key, String value) {
    Map<String, String> before = firewall.settings().overrides();
    try {
      firewall.settings().put(key, value);
    } catch (IOException e) {
      throw new AdminException(
          AdminException.Kind.REFUSED,
          "the settings could not be written: " + e.getMessage(),
          key,
          "nothing was changed",
          e);
    }
    try {
      firewall.settle();
    } catch (BackendException e) {
      String kept = putBack(before, e);
      settleBack(e);
      throw new AdminException(AdminException.Kind.REFUSED, e.getMessage(), key, kept, e);
    }
  }

  private String putBack(Map<String, String> before, BackendException cause) {
    try {
      firewall.settings().restore(before);
      return "nothing was changed";
    } catch (IOException e) {
      cause.addSuppressed(e);
      return "nothing was changed, but settings.yaml could not be put back: " + e.getMessage();
    }
  }

  private void settleBack(BackendException cause) {
    try {
      firewall.settle();
    } catch (BackendException again) {
      cause.addSuppressed(again);
    }
  }

  private void change(Callable<?> change) {
    control.call(change);
  }

  @Override
  public List<BackendStatus> backends() {
    return firewall.state().backends();
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
    try {
      Hypothesis hypothesis = firewall.engine().parseFlow(words);
      return snapshot().explain(hypothesis.flow(), hypothesis.subject());
    } catch (RuleSyntaxException e) {
      throw new AdminException(
          AdminException.Kind.USAGE, e.getMessage(), "column " + e.column(), e.hint(), e);
    }
  }

  @Override
  public Explanation explainLast() {
    FlowEvent last =
        firewall
            .events()
            .last()
            .orElseThrow(() -> AdminException.refused("no flow was judged yet", "last", ""));
    return snapshot().explain(last.flow(), last.subject());
  }

  private PolicySnapshot snapshot() {
    return firewall
        .slot()
        .current()
        .orElseThrow(
            () -> AdminException.refused("no policy is published yet", "", "see fw:status"));
  }

  @Override
  public EventSubscription watch() {
    return firewall.events().subscribe();
  }
}
