// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.FirewallStatus;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.subject.SubjectSource;

/** The first policy waits for what the settings name, but not for ever. */
class BootOsgiTest {

  private static final String RULE = "deny out proto=tcp remote.port=443";

  @TempDir Path folder;

  private TestFramework start(String settings) throws Exception {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/sallyport.yaml"), settings);
    TestFramework framework = new TestFramework(folder, "api", "kernel", "core", "engine");
    framework.register(Backend.class, new ThirdParty.IdleBackend("nfqueue"), 0);
    framework.register(SubjectSource.class, new ThirdParty.Source("plain"), 0);
    return framework;
  }

  private void remember() throws Exception {
    try (TestFramework framework = start("stores: third\n")) {
      ThirdParty.Store store = new ThirdParty.Store("third");
      store.hold("third-1", RULE);
      framework.register(RuleStore.class, store, 0);
      FirewallAdmin admin = framework.service(FirewallAdmin.class);
      Await.until("the first policy", () -> ids(admin).contains("third-1"));
    }
  }

  private static List<String> ids(FirewallAdmin admin) {
    return admin.status().revision() == 0
        ? List.of()
        : admin.rules().stream().map(RuleInfo::id).toList();
  }

  @Test
  void shouldPublishTheLastGoodPolicyIfAStoreNeverComes() throws Exception {
    remember();
    try (TestFramework framework = start("stores: third\nboot-deadline: 1s\n")) {
      FirewallAdmin admin = framework.service(FirewallAdmin.class);
      assertThat(admin.status().revision()).as("before the deadline").isZero();

      Await.until("the last good policy", () -> ids(admin).equals(List.of("third-1")));
      assertThat(admin.stores()).extracting(StoreStatus::stale).containsExactly(true);
    }
  }

  @Test
  void shouldWaitForTheStoreAndTheProvidersThatTheSettingsName() throws Exception {
    remember();
    try (TestFramework framework =
        start("stores: third\nproviders: process\nboot-deadline: 600s\n")) {
      FirewallAdmin admin = framework.service(FirewallAdmin.class);
      assertThat(admin.status().revision()).isZero();
      framework.register(RuleStore.class, new ThirdParty.Store("third"), 0);
      Await.until("the first policy", () -> admin.status().revision() == 1);
      assertThat(ids(admin)).as("the store is there, and empty").isEmpty();
    }
  }

  @Test
  void shouldNotPublishWhileAProviderIsMissing() throws Exception {
    try (TestFramework framework =
        start("stores: third\nproviders: acme.tag\nboot-deadline: 2s\n")) {
      framework.register(RuleStore.class, new ThirdParty.Store("third"), 0);
      FirewallAdmin admin = framework.service(FirewallAdmin.class);
      assertThat(admin.status().revision()).isZero();
      Await.until("the deadline", () -> admin.status().revision() == 1);
    }
  }

  @Test
  void shouldTellTheWaitsToTheEngineAndToPeople() throws Exception {
    BlockingQueue<Duration> told = new LinkedBlockingQueue<>();
    PolicyEngine engine =
        (PolicyEngine)
            Proxy.newProxyInstance(
                PolicyEngine.class.getClassLoader(),
                new Class<?>[] {PolicyEngine.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("swapGrace")) {
                    told.add((Duration) arguments[0]);
                    return null;
                  }
                  return method.getReturnType() == long.class ? 0L : null;
                });
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(
        folder.resolve("etc/sallyport.yaml"), "swap-grace: 7s\nboot-deadline: 600s\n");
    try (TestFramework framework = new TestFramework(folder, "api", "kernel", "core")) {
      framework.register(PolicyEngine.class, engine, 0);

      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(Duration.ofSeconds(7));
      FirewallStatus status = framework.service(FirewallAdmin.class).status();
      assertThat(status.swapGrace()).isEqualTo(Duration.ofSeconds(7));
      assertThat(status.bootDeadline()).isEqualTo(Duration.ofMinutes(10));
    }
  }
}
