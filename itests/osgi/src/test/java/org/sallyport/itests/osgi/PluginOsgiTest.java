// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.subject.SubjectSource;

/** A plugin that provides an attribute comes, fails and goes. */
class PluginOsgiTest {

  private static final List<String> FLOW = List.of("out", "tcp", "192.0.2.1:443");

  @TempDir Path folder;
  private final ThirdParty.Store store = new ThirdParty.Store("third");
  private final AtomicInteger compiled = new AtomicInteger();
  private volatile boolean broken;
  private TestFramework framework;
  private FirewallAdmin admin;
  private ServiceRegistration<MatcherFactory> plugin;

  private final class Geo implements MatcherFactory {
    @Override
    public Set<String> attributes() {
      return Set.of("geo.country");
    }

    @Override
    public Matcher compile(Criterion criterion) {
      compiled.incrementAndGet();
      return (flow, subject) -> broken ? null : Truth.MATCH;
    }
  }

  @BeforeEach
  void start() throws Exception {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/sallyport.yaml"), "stores: third\n");
    framework = new TestFramework(folder, "api", "kernel", "core", "engine", "store.memory");
    framework.register(Backend.class, new ThirdParty.IdleBackend("nfqueue"), 0);
    framework.register(SubjectSource.class, new ThirdParty.Source("plain"), 0);
    plugin = register();
    store.hold("third-1", "deny out geo.country=DE remote.port=443");
    framework.register(RuleStore.class, store, 0);
    admin = framework.service(FirewallAdmin.class);
    Await.until("the first policy", () -> admin.status().revision() > 0);
    Await.until("the rule decides", () -> decidedBy().equals("third-1"));
  }

  @AfterEach
  void stop() throws Exception {
    framework.close();
  }

  private ServiceRegistration<MatcherFactory> register() {
    return framework.register(
        MatcherFactory.class, new Geo(), Map.of(MatcherFactory.NAME, "org.example.geo"));
  }

  private Explanation explain() {
    return admin.explain(FLOW);
  }

  private String decidedBy() {
    return explain().decision().ruleId().orElse("");
  }

  private PluginStatus status() {
    return admin.plugins().get(0);
  }

  @Test
  void shouldSwapPluginWithoutNewRevision() {
    long revision = admin.status().revision();
    int before = compiled.get();
    assertThat(status().name()).isEqualTo("org.example.geo");
    assertThat(status().state()).isEqualTo(PluginStatus.State.ACTIVE);

    plugin.unregister();
    assertThat(status().state()).isEqualTo(PluginStatus.State.AWAY);
    assertThat(explain().steps().get(0).result()).isEqualTo(Truth.PENDING);
    plugin = register();

    assertThat(explain().steps().get(0).result()).isEqualTo(Truth.MATCH);
    assertThat(compiled).hasValue(before + 1);
    assertThat(admin.status().revision()).isEqualTo(revision);
  }

  @Test
  void shouldShowRuleAsUnresolvedWhenPluginStaysAwayAndTakeItUpAgain() {
    long revision = admin.status().revision();

    plugin.unregister();
    Await.until("unresolved", () -> admin.rule("third-1").note().isPresent());
    assertThat(admin.status().revision()).isGreaterThan(revision);
    assertThat(admin.rule("third-1").note().orElse("")).contains("org.example.geo is away");
    assertThat(decidedBy()).isEqualTo("third-1"); // closed: it refuses where a fact is unknown

    plugin = register();
    Await.until("resolved", () -> admin.rule("third-1").note().isEmpty());
    assertThat(explain().steps().get(0).result()).isEqualTo(Truth.MATCH);
  }

  @Test
  void shouldPutFaultyPluginInQuarantineUntilReset() {
    broken = true;
    Await.until(
        "quarantine",
        () ->
            explain().steps().get(0).result() == Truth.UNKNOWN
                && status().state() == PluginStatus.State.QUARANTINED);
    broken = false;
    assertThat(explain().steps().get(0).criteria().toString()).contains("quarantined");
    long revision = admin.status().revision();

    assertThat(admin.resetPlugin("org.example.geo", Execution.DRY_RUN).state())
        .isEqualTo(PluginStatus.State.QUARANTINED);
    assertThat(admin.resetPlugin("org.example.geo", Execution.APPLY).state())
        .isEqualTo(PluginStatus.State.ACTIVE);
    assertThat(explain().steps().get(0).result()).isEqualTo(Truth.MATCH);
    assertThat(admin.status().revision()).isGreaterThan(revision);
  }
}
