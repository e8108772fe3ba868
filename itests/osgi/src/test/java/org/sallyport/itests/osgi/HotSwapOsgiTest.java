// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceRegistration;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.subject.SubjectSource;

/** Parts come and go around the ground, which stays. */
class HotSwapOsgiTest {

  private static final List<String> FLOW = List.of("out", "tcp", "192.0.2.1:443");
  private static final String RULE = "deny out proto=tcp remote.port=443";

  @TempDir Path folder;
  private final ThirdParty.Store store = new ThirdParty.Store("third");
  private final AtomicInteger facadeLost = new AtomicInteger();
  private TestFramework framework;
  private FirewallAdmin admin;
  private ServiceRegistration<RuleStore> storeRegistration;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/sallyport.yaml"), "stores: third\nswap-grace: 1s\n");
    framework = new TestFramework(folder, "api", "kernel", "core", "engine", "store.memory");
    framework
        .context()
        .addServiceListener(
            event -> {
              if (event.getType() == ServiceEvent.UNREGISTERING) {
                facadeLost.incrementAndGet();
              }
            },
            "(" + Constants.OBJECTCLASS + "=" + FirewallAdmin.class.getName() + ")");
    framework.register(Backend.class, new ThirdParty.IdleBackend("nfqueue"), 0);
    framework.register(SubjectSource.class, new ThirdParty.Source("plain"), 0);
    store.hold("third-1", RULE);
    storeRegistration = framework.register(RuleStore.class, store, 0);
    admin = framework.service(FirewallAdmin.class);
    Await.until("the first policy", () -> storeNames().contains("third"));
    Await.until("its backend", () -> admin.rule("third-1").backend().isPresent());
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(facadeLost).as("the façade went away").hasValue(0);
    framework.close();
  }

  @Test
  void shouldStartEveryBundle() {
    assertThat(framework.bundles())
        .allSatisfy(
            bundle ->
                assertThat(bundle.getState())
                    .as("state of %s", bundle)
                    .isIn(Bundle.ACTIVE, Bundle.RESOLVED));
    assertThat(framework.bundle("core").getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(framework.bundle("engine").getState()).isEqualTo(Bundle.ACTIVE);
  }

  @Test
  void shouldKeepLastPolicyAndSayThatTheEngineIsAbsent() throws Exception {
    List<RuleInfo> rules = admin.rules();
    long revision = admin.status().revision();

    framework.bundle("engine").stop();

    Await.until("absence shows", () -> !admin.status().engine());
    assertThat(admin.status().revision()).isEqualTo(revision);
    assertThat(admin.rules()).isEqualTo(rules);
    assertThat(admin.attributes()).isEmpty();
    assertThatThrownBy(() -> admin.explain(FLOW))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("engine: absent");
    assertThatThrownBy(() -> admin.add(request(), Execution.APPLY))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("engine: absent");
    assertThat(admin.rules()).isEqualTo(rules);
  }

  @Test
  void shouldMakeNewRevisionWhenTheEngineIsBack() throws Exception {
    long revision = admin.status().revision();
    framework.bundle("engine").stop();
    Await.until("absence shows", () -> !admin.status().engine());
    store.hold("third-2", RULE);

    framework.bundle("engine").start();

    Await.until("a new revision", () -> admin.status().revision() > revision);
    Await.until("the rule changed meanwhile", () -> decidedBy().equals(Optional.of("third-2")));
  }

  @Test
  void shouldGoOnAfterTheEngineWasUpdated() throws Exception {
    long revision = admin.status().revision();

    framework.bundle("engine").update();

    Await.until("a new revision", () -> admin.status().revision() > revision);
    assertThat(decidedBy()).contains("third-1");
  }

  @Test
  void shouldMoveNothingWhenTheEngineIsBackWithinItsGrace() throws Exception {
    long revision = admin.status().revision();

    framework.bundle("engine").stop();
    assertThat(admin.status().engine()).isTrue();
    framework.bundle("engine").start();

    // the command waits for the control thread, so all that the engine's return leads to is done
    RuleInfo added = admin.add(request(), Execution.DRY_RUN);
    assertThat(added.store()).isEqualTo("memory");
    assertThat(admin.status().revision()).isEqualTo(revision);
    assertThat(admin.status().problems()).isEmpty();
    assertThat(decidedBy()).contains("third-1");
  }

  @Test
  void shouldHaveACommandWaitForTheEngineThatIsBeingReplaced() throws Exception {
    Bundle engine = framework.bundle("engine");
    engine.stop();
    CompletableFuture<RuleInfo> command =
        CompletableFuture.supplyAsync(() -> admin.add(request(), Execution.APPLY));
    engine.start();
    assertThat(command.get(20, TimeUnit.SECONDS).store()).isEqualTo("memory");
  }

  @Test
  void shouldKeepTheRulesOfStoreThatLeftAsStale() {
    assertThat(storeStatus()).isEqualTo(new StoreStatus("third", true, 1, false, false, List.of()));

    storeRegistration.unregister();

    Await.until("the store shows as stale", () -> storeStatus().stale());
    assertThat(storeStatus()).isEqualTo(new StoreStatus("third", false, 1, true, false, List.of()));
    assertThat(decidedBy()).contains("third-1");

    storeRegistration = framework.register(RuleStore.class, store, 0);
    Await.until("the store is fresh", () -> !storeStatus().stale());
    assertThat(storeStatus().active()).isTrue();
  }

  @Test
  void shouldFollowTheRulesOfThirdPartyStore() {
    assertThat(decidedBy()).contains("third-1");
    assertThat(admin.explain(FLOW).decision().verdict()).isEqualTo(Verdict.DENY);

    store.hold("third-2", "reject out proto=tcp");

    Await.until("the new rule decides", () -> decidedBy().equals(Optional.of("third-2")));
    assertThat(admin.explain(FLOW).decision().verdict()).isEqualTo(Verdict.REJECT);
    assertThat(admin.rule("third-2").store()).isEqualTo("third");
  }

  @Test
  void shouldKeepLastGoodRulesWhenThirdPartyStoreAnswersNonsense() {
    store.hold("third-2", "never was this a rule");

    Await.until("the error shows", () -> !storeStatus().errors().isEmpty());
    assertThat(storeStatus().stale()).isTrue();
    assertThat(decidedBy()).contains("third-1");

    store.hold("third-3", RULE);
    Await.until("the good rule decides", () -> decidedBy().equals(Optional.of("third-3")));
    // the picture that status shows follows once the rule is in force
    Await.until("the error is gone", () -> storeStatus().errors().isEmpty());
  }

  @Test
  void shouldAskTheSourceOfHighestRankingWhileItIsThere() {
    assertThat(admin.status().attribution().source()).isEqualTo("plain");

    ServiceRegistration<SubjectSource> better =
        framework.register(SubjectSource.class, new ThirdParty.Source("better"), 1000);
    assertThat(admin.status().attribution().source()).isEqualTo("better");

    better.unregister();
    assertThat(admin.status().attribution().source()).as("within its grace").isEqualTo("better");
    Await.until("the next one", () -> admin.status().attribution().source().equals("plain"));
  }

  @Test
  void shouldKeepRulesUntilRestartInMemoryAndLoseNoneWhenThatLeaves() throws Exception {
    Await.until("memory is there", () -> storeNames().contains("memory"));
    RuleInfo added = admin.add(request(), Execution.APPLY);
    assertThat(added.store()).isEqualTo("memory");

    framework.bundle("store.memory").stop();

    Await.until("memory is away", () -> status("memory").stale());
    assertThat(admin.rules()).extracting(RuleInfo::id).contains(added.id(), "third-1");
    framework.bundle("store.memory").start();
    Await.until("memory is back", () -> status("memory").active());
    assertThat(admin.rules()).extracting(RuleInfo::id).contains(added.id());
    assertThat(admin.remove(added.id(), Execution.APPLY).store()).isEqualTo("memory");
  }

  private static RuleRequest request() {
    return new RuleRequest(
        List.of("deny", "out", "remote.port=99", "until-restart"),
        List.of(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  private Optional<String> decidedBy() {
    return admin.explain(FLOW).decision().ruleId();
  }

  private StoreStatus storeStatus() {
    return status("third");
  }

  private List<String> storeNames() {
    return admin.stores().stream().map(StoreStatus::name).toList();
  }

  private StoreStatus status(String name) {
    return admin.stores().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no store " + name));
  }
}
