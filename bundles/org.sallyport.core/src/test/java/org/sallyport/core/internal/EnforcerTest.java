// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.events.EventHub;
import org.sallyport.core.internal.policy.Generations;
import org.sallyport.core.internal.policy.PolicySlot;
import org.sallyport.core.internal.settings.SettingsFiles;

class EnforcerTest {

  private static final long GRACE_NS = Duration.ofSeconds(5).toNanos();

  @TempDir Path etc;
  @TempDir Path state;
  private final AtomicLong clockNs = new AtomicLong();
  private final Parts parts = new Parts(clockNs::get);
  private final PlainBackend backend = new PlainBackend("plain");
  private final FailCounters failures = new FailCounters();
  private final EventHub events = new EventHub(failures);
  private SettingsFiles settings;
  private Enforcer enforcer;

  @BeforeEach
  void start() throws Exception {
    parts.absences().grace(Duration.ofNanos(GRACE_NS));
    Files.writeString(etc.resolve("sallyport.yaml"), "backends: plain\n");
    settings = SettingsFiles.load(etc, state, new StartRepairs());
    var marks = settings.current().marks();
    Bridges bridges =
        new Bridges(
            new PolicySlot(),
            parts,
            events,
            failures,
            new AttributionCounters(),
            marks,
            1,
            state,
            new LeaseBook(Duration.ofSeconds(5)),
            settings.current().waits());
    Generations generations = new Generations(state.resolve("generation"), marks, () -> {});
    enforcer = new Enforcer(parts, settings, generations, bridges, true);
    parts.add(backend);
  }

  @AfterEach
  void stop() {
    events.close();
  }

  @Test
  void shouldTellABackendThatIsBackTheOrderInForceWithoutANewGeneration() throws Exception {
    enforcer.carryOut(true);
    parts.remove(backend);
    enforcer.catchUp();
    PlainBackend successor = new PlainBackend("plain");
    parts.add(successor);

    enforcer.catchUp();
    enforcer.catchUp();

    assertThat(backend.told).containsExactly("prepare 1", "enforce 1");
    assertThat(successor.told).containsExactly("prepare 1", "enforce 1");
  }

  @Test
  void shouldLeaveANewBackendToTheNextChange() throws Exception {
    enforcer.carryOut(true);
    PlainBackend other = new PlainBackend("other");
    parts.add(other);

    enforcer.catchUp();

    assertThat(other.told).isEmpty();
  }

  @Test
  void shouldTellNothingToABackendThatIsBackAfterDisarming() throws Exception {
    enforcer.carryOut(true);
    settings.put("armed", "false");
    enforcer.carryOut(true);
    PlainBackend successor = new PlainBackend("plain");
    parts.remove(backend);
    parts.add(successor);

    enforcer.catchUp();

    assertThat(backend.told).containsExactly("prepare 1", "enforce 1", "disarm");
    assertThat(successor.told).isEmpty();
  }

  @Test
  void shouldShowABackendAsBeingReplacedAndThenAsGone() {
    parts.remove(backend);
    assertThat(enforcer.directions()).containsExactlyInAnyOrder(Direction.values());

    BackendStatus replaced = enforcer.status().get(0);
    assertThat(replaced.healthy()).isTrue();
    assertThat(replaced.figures()).isEqualTo("is being replaced");

    clockNs.addAndGet(GRACE_NS);
    BackendStatus gone = enforcer.status().get(0);
    assertThat(gone.active()).isFalse();
    assertThat(gone.healthy()).isFalse();
    assertThat(gone.problems().toString()).contains("no-listener");
  }

  @Test
  void shouldRememberWhatABackendJudgesWhileItIsReplaced() {
    assertThat(enforcer.directions()).containsExactly(Direction.OUT);
    parts.remove(backend);
    assertThat(enforcer.directions()).containsExactly(Direction.OUT);
  }

  @Test
  void shouldHaveABackendStandGuardOnceBeforeTheFirstPolicy() throws Exception {
    settings.put("mode", "enforce");

    assertThat(enforcer.guard()).isEmpty();
    assertThat(enforcer.guard()).isEmpty();
    enforcer.carryOut(true);

    assertThat(backend.told).containsExactly("guard 1", "prepare 2", "enforce 2");
  }

  @Test
  void shouldNotGuardWhereNothingBinds() throws Exception {
    assertThat(enforcer.guard()).isEmpty();
    settings.put("mode", "enforce");
    settings.put("armed", "false");
    assertThat(enforcer.guard()).isEmpty();
    assertThat(backend.told).isEmpty();
  }

  @Test
  void shouldSayThatTheKernelRefusedTheGuard() throws Exception {
    settings.put("mode", "enforce");
    backend.unwilling = true;

    assertThat(enforcer.guard())
        .containsExactly("plain does not guard the host: the kernel refused");
    backend.unwilling = false;
    assertThat(enforcer.guard()).as("tried again").isEmpty();
    assertThat(backend.told).anyMatch(told -> told.startsWith("guard"));
  }
}
