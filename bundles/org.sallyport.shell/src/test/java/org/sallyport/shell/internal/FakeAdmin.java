// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.FailStatus;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.FirewallStatus;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.PolicyText;
import org.sallyport.api.admin.Revision;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.admin.Unconfirmed;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.StoreError;

/** A façade that remembers what it was asked and holds two rules. */
final class FakeAdmin implements FirewallAdmin {

  static final RuleInfo WEB =
      new RuleInfo(
          "web",
          "allow out process.exe=/usr/bin/firefox proto=tcp remote.port=80,443",
          Action.ALLOW,
          Direction.OUT,
          500,
          true,
          "file",
          Optional.of("nfqueue"),
          12,
          3456,
          Optional.of(Instant.parse("2026-11-23T18:00:00Z")),
          "evil \u001b[31m\u202e\u0085 comment",
          new Origin("/etc/sallyport/rules.d/10-web.yaml", 3),
          Optional.empty());

  /** What was asked, newest last. */
  final List<Object> asked = new ArrayList<>();

  final Queue<FlowEvent> events = new ArrayDeque<>();
  boolean watchClosed;
  Explanation explanation;

  @Override
  public FirewallStatus status() {
    Map<Situation, FailStatus> fail = new EnumMap<>(Situation.class);
    for (Situation situation : Situation.values()) {
      fail.put(situation, new FailStatus(situation.closed(), 7));
    }
    return new FirewallStatus(
        "0.1.0",
        true,
        Mode.OBSERVE,
        Map.of(Direction.OUT, Verdict.ALLOW, Direction.IN, Verdict.DENY),
        false,
        42,
        41,
        true,
        backends(),
        stores(),
        fail,
        Samples.ATTRIBUTION,
        Map.of("mode", "observe"),
        Optional.of(
            new Unconfirmed(Instant.parse("2026-11-23T18:02:00Z"), List.of("mode enforce"))),
        List.of("AF_PACKET sockets"),
        List.of(),
        Duration.ofSeconds(30),
        Duration.ofSeconds(7));
  }

  @Override
  public List<RuleInfo> rules() {
    return List.of(WEB, Samples.LABEL);
  }

  @Override
  public RuleInfo rule(String id) {
    return rules().stream()
        .filter(rule -> rule.id().equals(id))
        .findFirst()
        .orElseThrow(() -> AdminException.refused("there is no rule " + id, "", "see fw:rules"));
  }

  @Override
  public RuleInfo add(RuleRequest request, Execution execution) {
    asked.add(request);
    asked.add(execution);
    return WEB;
  }

  @Override
  public RuleInfo remove(String id, Execution execution) {
    asked.add(List.of("remove", id, execution));
    return rule(id);
  }

  @Override
  public RuleInfo setEnabled(String id, boolean enabled, Execution execution) {
    asked.add(List.of("enabled", id, enabled, execution));
    return rule(id);
  }

  @Override
  public void setDefault(Direction direction, Verdict verdict, Execution execution) {
    asked.add(List.of(direction, verdict, execution));
  }

  @Override
  public void setMode(Mode mode, Execution execution) {
    asked.add(List.of(mode, execution));
  }

  @Override
  public void setFailPreset(boolean closed, Execution execution) {
    asked.add(List.of("closed", closed, execution));
  }

  @Override
  public void setFail(Situation situation, Choice choice, Execution execution) {
    asked.add(List.of(situation, choice, execution));
  }

  static final PolicyDiff DIFF =
      new PolicyDiff(
          List.of(new PolicyRule("old", "deny out", 1000, true, "")),
          List.of(new PolicyRule("new", "allow out", 5, false, "evil \u001b[31m")),
          List.of(new PolicyDiff.Setting("mode", "observe", "enforce")));

  @Override
  public PolicyDiff confirm(Execution execution) {
    asked.add(List.of("confirm", execution));
    return DIFF;
  }

  @Override
  public PolicyDiff rollback(OptionalLong revision, Execution execution) {
    asked.add(List.of("rollback", revision, execution));
    return DIFF;
  }

  @Override
  public List<Revision> history() {
    return List.of(
        new Revision(7, Instant.parse("2026-11-23T18:00:00Z"), "uid 0", "allow \u202e", DIFF));
  }

  @Override
  public PolicyDiff diff(long from, long to) {
    asked.add(List.of("diff", from, to));
    return DIFF;
  }

  @Override
  public String export() {
    return "mode: observe\nrules: []\n";
  }

  @Override
  public PolicyDiff apply(PolicyText text, Execution execution) {
    asked.add(List.of(text, execution));
    return DIFF;
  }

  @Override
  public List<PolicyRule> useStore(String name, Execution execution) {
    asked.add(List.of("store", name, execution));
    return DIFF.added();
  }

  @Override
  public List<BackendStatus> backends() {
    return List.of(new BackendStatus("nfqueue", true, false, List.of("slow"), "queued 12"));
  }

  @Override
  public EnforcementPlan plan(List<String> backends) {
    asked.add(List.of("plan", backends));
    return Samples.PLAN;
  }

  @Override
  public EnforcementPlan useBackends(List<String> backends, Execution execution) {
    asked.add(List.of("backends", backends, execution));
    return Samples.PLAN;
  }

  @Override
  public AttributionStatus useAttribution(String source, Execution execution) {
    asked.add(List.of("source", source, execution));
    return Samples.ATTRIBUTION;
  }

  @Override
  public List<StoreStatus> stores() {
    StoreError error = new StoreError(new Origin("/etc/x.yaml", 7), "no such attribute");
    return List.of(new StoreStatus("file", true, 1, true, true, List.of(error)));
  }

  @Override
  public List<PluginStatus> plugins() {
    return List.of(Samples.PLUGIN);
  }

  @Override
  public PluginStatus resetPlugin(String name, Execution execution) {
    asked.add(List.of("reset", name, execution));
    return plugins().stream()
        .filter(plugin -> plugin.name().equals(name))
        .findFirst()
        .orElseThrow(() -> AdminException.refused("there is no plugin", name, "see fw:plugins"));
  }

  @Override
  public List<String> attributes() {
    return List.of("process.exe", "proto");
  }

  @Override
  public Explanation explain(List<String> words) {
    asked.add(words);
    return explanation;
  }

  @Override
  public Explanation explainLast() {
    asked.add("last");
    return explanation;
  }

  @Override
  public EventSubscription watch() {
    return new EventSubscription() {
      @Override
      public Optional<FlowEvent> next(Duration timeout) throws InterruptedException {
        if (events.isEmpty()) {
          throw new InterruptedException("the test is over");
        }
        return Optional.of(events.remove());
      }

      @Override
      public long lost() {
        return 3;
      }

      @Override
      public void close() {
        watchClosed = true;
      }
    };
  }

  @Override
  public void down(Execution execution) {
    asked.add(List.of("down", execution));
  }

  @Override
  public void up(Execution execution) {
    asked.add(List.of("up", execution));
  }
}
