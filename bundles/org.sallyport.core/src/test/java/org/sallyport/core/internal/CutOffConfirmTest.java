// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.backend.Mode;
import org.sallyport.core.internal.document.Journal;
import org.sallyport.core.internal.document.Target;

/** A daemon that is killed while it keeps what was confirmed: what its next start brings back. */
class CutOffConfirmTest {

  private static final String SELF = "process.pid=" + ProcessHandle.current().pid();

  /** Nothing after it happens, as after a kill. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path state;
  @TempDir Path etc;
  private final Parts parts = new Parts();
  private final PlainStore file = new PlainStore("file");
  private final PlainStore memory = new PlainStore("memory", 200);
  private ControlThread control;
  private Firewall firewall;
  private Administration admin;

  @BeforeEach
  void start() throws Exception {
    parts.engine(Optional.of(new PlainEngine()));
    parts.stores().add(file);
    parts.stores().add(memory);
    begin();
  }

  private void begin() throws Exception {
    control = new ControlThread();
    firewall = new Firewall(parts, new Folders(etc, state), false);
    admin = new Administration(firewall, control, parts);
    settle();
  }

  private void settle() {
    control.call(
        () -> {
          firewall.settle();
          return "";
        });
  }

  @AfterEach
  void stop() {
    control.close();
    firewall.events().close();
  }

  private void killWhileConfirming(PlainStore at) throws Exception {
    at.onCall =
        call -> {
          if (call.equals("put")) {
            throw new Killed();
          }
        };
    assertThatThrownBy(() -> admin.confirm(Execution.APPLY))
        .isInstanceOf(AdminException.class)
        .hasRootCauseInstanceOf(Killed.class);
    assertThat(state.resolve("journal.yaml")).exists();
    stop();
    at.onCall = call -> {};
    memory.rules.clear();
  }

  private void tryOut(String id, Optional<String> store, String... words) {
    Optional<Duration> minute = Optional.of(Duration.ofMinutes(1));
    RuleRequest request =
        new RuleRequest(List.of(words), List.of(), OptionalInt.empty(), Optional.of(id), store, "");
    admin.add(request, new Execution(false, minute, "uid 0", "allow " + id));
  }

  private List<String> ids() {
    return admin.rules().stream().map(RuleInfo::id).toList();
  }

  @Test
  void shouldNotBringBackWhatEndedWithTheDaemon() throws Exception {
    tryOut("restart", Optional.empty(), "allow", SELF, "until-restart");
    tryOut("exit", Optional.empty(), "allow", SELF, "until-exit");
    tryOut("memory", Optional.of("memory"), "allow", SELF);
    tryOut("lasting", Optional.empty(), "allow", SELF);
    killWhileConfirming(memory);

    begin();

    assertThat(ids()).containsExactly("lasting");
    assertThat(admin.status().problems()).isEmpty();
    assertThat(memory.rules).isEmpty();
    assertThat(file.rules).containsOnlyKeys("lasting");
    assertThat(state.resolve("journal.yaml")).doesNotExist();
  }

  @Test
  void shouldLeaveOutOfAnEarlierVersionsJournalWhatEndedWithItsDaemon() throws Exception {
    tryOut("lasting", Optional.empty(), "allow", SELF);
    killWhileConfirming(file);
    Path journal = state.resolve("journal.yaml");
    String text = Files.readString(journal);
    String row = "id: %s, rule: '%s', priority: 1, enabled: true, comment: ''";
    assertThat(text).contains("stores:\n");
    Files.writeString(
        journal,
        text.replace(
            "stores:\n",
            "stores:\n  memory:\n  - {"
                + row.formatted("restart", "allow " + SELF + " until-restart")
                + "}\n  - {"
                + row.formatted("once", "allow " + SELF + " once")
                + "}\n"));

    begin();

    assertThat(ids()).containsExactly("lasting");
    assertThat(admin.status().problems()).isEmpty();
  }

  @Test
  void shouldTakeARuleForEndedWhoseTimeRanOutMeanwhile() throws Exception {
    Instant soon = Instant.now().plusMillis(600);
    tryOut("for", Optional.empty(), "allow", SELF, "until", soon.toString());
    killWhileConfirming(file);
    while (Instant.now().isBefore(soon)) {
      Thread.onSpinWait();
    }

    begin();
    boolean due = control.call(() -> admin.ends().sweep());
    settle();

    assertThat(due).isTrue();
    assertThat(ids()).isEmpty();
    assertThat(file.rules).isEmpty();
  }

  @Test
  void shouldKeepWhatCommandsAddBeforeTheCutOffChangeIsFinished() throws Exception {
    PolicyRule moved = new PolicyRule("moved", "allow " + SELF, 1000, true, "");
    Target target =
        new Target(
            Map.of("store", "memory"),
            Map.of("file", List.of(), "memory", List.of(moved)),
            List.of("moved"));
    new Journal(state.resolve("journal.yaml"), new StartRepairs()).begin(target);
    stop();
    parts.stores().remove(file);
    begin();
    Execution now = new Execution(false, Optional.empty(), "uid 0", "allow");
    admin.add(
        new RuleRequest(
            List.of("allow", SELF, "until-restart"),
            List.of(),
            OptionalInt.empty(),
            Optional.of("early"),
            Optional.empty(),
            ""),
        now);

    parts.stores().add(file);
    settle();

    assertThat(ids()).containsExactlyInAnyOrder("early", "moved");
    assertThat(state.resolve("journal.yaml")).doesNotExist();
  }

  @Test
  void shouldFinishACutOffChangeOnlyOnceNoTrialCouldTakeItBack() throws Exception {
    tryOut("lasting", Optional.empty(), "allow", SELF);
    killWhileConfirming(file);
    parts.stores().remove(file);
    begin();
    Optional<Duration> minute = Optional.of(Duration.ofMinutes(1));
    admin.setMode(Mode.ENFORCE, new Execution(false, minute, "uid 0", "mode enforce"));

    parts.stores().add(file);
    settle();
    assertThat(state.resolve("journal.yaml")).exists();
    admin.rollback(java.util.OptionalLong.empty(), Execution.APPLY);
    settle();

    assertThat(file.rules).containsOnlyKeys("lasting");
    assertThat(state.resolve("journal.yaml")).doesNotExist();
  }
}
