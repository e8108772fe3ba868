// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;

/**
 * A snapshot goes on after the engine that made it was updated and its wiring is gone: on branches
 * too that were never taken while it was there. What a matcher throws would be taken for an unknown
 * fact, so each answer is compared with that of the engine that came after.
 */
class SnapshotOsgiTest {

  /** Each attribute takes some of these. */
  private static final List<String> VALUES =
      List.of(
          "7",
          "443-445",
          "tcp",
          "root",
          "kernel",
          "10.0.0.2",
          "10.0.0.0/8",
          "/usr/bin/curl",
          "/usr/**",
          "eth0",
          "echo-request",
          "a.service",
          "cap_net_raw",
          "a".repeat(64));

  private static final List<String> OPERATORS = List.of("=", "~", "=~");
  private static final Map<Direction, Verdict> DEFAULTS =
      Map.of(
          Direction.OUT, Verdict.ALLOW,
          Direction.IN, Verdict.ALLOW,
          Direction.FORWARD, Verdict.ALLOW);

  @TempDir Path folder;

  @Test
  void shouldAnswerOnEveryBranchAfterTheEngineWasUpdated() throws Exception {
    try (TestFramework framework = new TestFramework(folder, "api", "engine")) {
      PolicyEngine before = framework.service(PolicyEngine.class);
      List<Hypothesis> flows = flows(before);
      Map<PolicySource, PolicySnapshot> old = compile(before);
      Bundle bundle = framework.bundle("engine");

      bundle.update();
      refresh(framework, bundle);

      PolicyEngine after = framework.service(PolicyEngine.class);
      assertThat(after.getClass()).isNotSameAs(before.getClass());
      for (Map.Entry<PolicySource, PolicySnapshot> entry : old.entrySet()) {
        PolicySnapshot now = compiled(after, entry.getKey()).orElseThrow();
        for (Hypothesis flow : flows) {
          assertSame(entry, now, flow);
        }
      }
    }
  }

  private static void assertSame(
      Map.Entry<PolicySource, PolicySnapshot> old, PolicySnapshot now, Hypothesis flow) {
    String what = old.getKey().rules().get(0).definition().text();
    Explanation expected = now.explain(flow.flow(), flow.subject());
    assertThat(text(old.getValue().explain(flow.flow(), flow.subject())))
        .as("explanation of %s", what)
        .isEqualTo(text(expected));
    assertThat(text(decide(old.getValue(), flow)))
        .as("decision of %s", what)
        .isEqualTo(text(decide(now, flow)));
  }

  /** Without what only names an object. */
  private static String text(Object answer) {
    return answer.toString().replaceAll("RuleCounter@[0-9a-f]+", "RuleCounter");
  }

  private static Decision decide(PolicySnapshot snapshot, Hypothesis flow) {
    Evaluation evaluation = new Evaluation();
    snapshot.decide(flow.flow(), flow.subject(), evaluation);
    return evaluation.decision();
  }

  /** One policy for each criterion that can be written. */
  private static Map<PolicySource, PolicySnapshot> compile(PolicyEngine engine) {
    Map<PolicySource, PolicySnapshot> all = new LinkedHashMap<>();
    TreeSet<String> left = new TreeSet<>(engine.attributes());
    for (String attribute : engine.attributes()) {
      for (String criterion : criteria(attribute)) {
        for (String words : List.of("deny out ", "reject in !", "allow out ", "log out ")) {
          PolicySource source = source(words + criterion);
          Optional<PolicySnapshot> snapshot = compiled(engine, source);
          snapshot.ifPresent(compiled -> all.put(source, compiled));
          if (snapshot.isPresent()) {
            left.remove(attribute);
          }
        }
      }
    }
    assertThat(left).as("attributes for which the test knows no value").isEmpty();
    return all;
  }

  private static List<String> criteria(String attribute) {
    List<String> criteria = new ArrayList<>();
    for (String operator : OPERATORS) {
      for (String value : VALUES) {
        criteria.add(attribute + operator + value);
      }
    }
    criteria.add(attribute + "=" + VALUES.get(0) + "," + VALUES.get(4));
    return criteria;
  }

  private static PolicySource source(String text) {
    RuleDefinition rule = new RuleDefinition("r", text, 1000, true, "", new Origin("test", 1));
    StoredRule stored = new StoredRule("file", 1, rule, new RuleCounter());
    return new PolicySource(1, List.of(stored), DEFAULTS, true);
  }

  private static Optional<PolicySnapshot> compiled(PolicyEngine engine, PolicySource source) {
    return engine.compile(source) instanceof Compilation.Compiled compiled
        ? Optional.of(compiled.snapshot())
        : Optional.empty();
  }

  /** Flows with no fact and with each fact, in turn. */
  private static List<Hypothesis> flows(PolicyEngine engine) {
    List<Hypothesis> flows = new ArrayList<>();
    for (String head : List.of("out tcp 10.0.0.2:443", "in udp 10.9.0.2:7", "out icmp 10.0.0.2")) {
      read(engine, head).ifPresent(flows::add);
      for (String attribute : engine.attributes()) {
        for (String value : VALUES) {
          read(engine, head + " " + attribute + "=" + value).ifPresent(flows::add);
        }
      }
    }
    assertThat(flows).hasSizeGreaterThan(10);
    return flows;
  }

  private static Optional<Hypothesis> read(PolicyEngine engine, String words) {
    try {
      return Optional.of(engine.parseFlow(List.of(words.split(" "))));
    } catch (RuleSyntaxException e) {
      return Optional.empty(); // not every attribute takes every value
    }
  }

  /** Gives the old wiring up, as Karaf does after an update. */
  private static void refresh(TestFramework framework, Bundle bundle) throws InterruptedException {
    CountDownLatch refreshed = new CountDownLatch(1);
    framework
        .context()
        .getBundle(0)
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            List.of(bundle),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    assertThat(refreshed.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
