// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.PolicyText;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.backend.Mode;
import org.sallyport.core.internal.document.Journal;
import org.sallyport.core.internal.document.Target;
import org.sallyport.core.internal.settings.SettingsFiles;

/** Changes that are tried out, kept, taken back, moved: through the façade, on real files. */
class ChangesTest {

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

  /** As after a kill: what was in memory is gone. */
  private void restart() throws Exception {
    stop();
    memory.rules.clear();
    begin();
  }

  private static Execution within(String command, Duration time) {
    return new Execution(false, Optional.of(time), "uid 0", command);
  }

  private static Execution now(String command) {
    return new Execution(false, Optional.empty(), "uid 0", command);
  }

  private String add(String id, Execution execution, String... words) {
    RuleRequest request =
        new RuleRequest(
            List.of(words), List.of(), OptionalInt.empty(), Optional.of(id), Optional.empty(), "");
    return admin.add(request, execution).id();
  }

  private List<String> ids() {
    return admin.rules().stream().map(RuleInfo::id).toList();
  }

  private SettingsFiles onDisk() throws Exception {
    return SettingsFiles.load(etc, state, new StartRepairs());
  }

  private String lastGood() throws Exception {
    Path path = state.resolve("last-good.yaml");
    return Files.exists(path) ? Files.readString(path) : "";
  }

  @Test
  void shouldKeepNothingOnDiskBeforeItIsConfirmed() throws Exception {
    add("before", now("allow"), "allow", "process.pid=1");
    admin.setMode(Mode.ENFORCE, within("mode enforce", Duration.ofMinutes(1)));
    add("tried", within("allow", Duration.ofMinutes(1)), "allow", "process.pid=2");
    admin.remove("before", within("remove", Duration.ofMinutes(1)));

    assertThat(admin.status().mode()).isEqualTo(Mode.ENFORCE);
    assertThat(ids()).containsExactly("tried");
    assertThat(admin.status().unconfirmed().orElseThrow().commands())
        .containsExactly("mode enforce", "allow", "remove");
    assertThat(onDisk().overrides()).isEmpty();
    assertThat(file.rules).containsOnlyKeys("before");
    assertThat(lastGood()).contains("before").doesNotContain("tried");

    restart();

    assertThat(admin.status().mode()).isEqualTo(Mode.OBSERVE);
    assertThat(ids()).containsExactly("before");
    assertThat(admin.status().unconfirmed()).isEmpty();
  }

  @Test
  void shouldKeepWhatIsConfirmedAsOneRevision() throws Exception {
    admin.setMode(Mode.ENFORCE, within("mode enforce", Duration.ofMinutes(1)));
    add("tried", within("allow", Duration.ofMinutes(1)), "allow", "process.pid=2");

    assertThat(admin.confirm(now("confirm")).added()).hasSize(1);

    assertThat(admin.status().unconfirmed()).isEmpty();
    assertThat(file.rules).containsOnlyKeys("tried");
    assertThat(onDisk().overrides()).containsEntry("mode", "enforce");
    assertThat(lastGood()).contains("tried");
    assertThat(admin.history()).last().extracting("command").isEqualTo("mode enforce; allow");
    assertThat(state.resolve("journal.yaml")).doesNotExist();
    restart();
    assertThat(ids()).containsExactly("tried");
    assertThatThrownBy(() -> admin.confirm(now("confirm"))).isInstanceOf(AdminException.class);
  }

  @Test
  void shouldTakeBackWhatIsNotConfirmedInTime() throws Exception {
    add("before", now("allow"), "allow", "process.pid=1");
    admin.remove("before", within("remove", Duration.ofSeconds(1)));
    assertThat(ids()).isEmpty();

    long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (ids().isEmpty() && System.nanoTime() < deadlineNs) {
      Thread.onSpinWait();
    }

    assertThat(ids()).containsExactly("before");
    assertThat(admin.status().unconfirmed()).isEmpty();
    assertThat(admin.history()).hasSize(2);
  }

  @Test
  void shouldRefuseALastingChangeWhileOneWaitsButNotTheWayOut() throws Exception {
    admin.setMode(Mode.ENFORCE, within("mode enforce", Duration.ofMinutes(1)));

    assertThatThrownBy(() -> add("now", now("allow"), "allow", "process.pid=1"))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("mode enforce");
    admin.down(now("down"));

    assertThat(onDisk().overrides()).containsOnlyKeys("armed");
    assertThat(admin.status().mode()).isEqualTo(Mode.ENFORCE);
    admin.rollback(OptionalLong.empty(), now("rollback"));
    assertThat(admin.status().mode()).isEqualTo(Mode.OBSERVE);
    assertThat(onDisk().overrides()).containsOnlyKeys("armed");
  }

  @Test
  void shouldGoBackAndForthInTheHistoryAlsoAcrossARestart() throws Exception {
    add("one", now("allow one"), "allow", "process.pid=1");
    add("two", now("allow two"), "allow", "process.pid=2");
    admin.setMode(Mode.ENFORCE, now("mode enforce"));
    long first = admin.history().get(1).number();
    restart();

    admin.rollback(OptionalLong.empty(), now("rollback"));
    assertThat(admin.status().mode()).isEqualTo(Mode.OBSERVE);
    assertThat(ids()).containsExactly("one", "two");
    admin.rollback(OptionalLong.of(first), now("rollback " + first));
    assertThat(ids()).containsExactly("one");
    admin.rollback(OptionalLong.empty(), now("rollback"));
    assertThat(ids()).containsExactly("one", "two");

    assertThat(admin.history()).extracting("number").doesNotHaveDuplicates();
    assertThat(admin.history()).extracting("who").contains("uid 0");
    assertThatThrownBy(() -> admin.rollback(OptionalLong.of(99_999), now("rollback")))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining("99999");
    assertThat(admin.diff(first, admin.history().get(2).number()).added()).hasSize(1);
  }

  @Test
  void shouldApplyWhatItExportsAsTheIdentity() {
    add("one", now("allow"), "allow", "process.pid=1");
    admin.setMode(Mode.ENFORCE, now("mode enforce"));
    String text = admin.export();

    assertThat(admin.apply(new PolicyText("x", text), now("apply")).isEmpty()).isTrue();
    assertThat(admin.export()).isEqualTo(text);

    PolicyText other =
        new PolicyText("x", "mode: observe\nrules:\n  - {id: two, rule: allow process.pid=2}\n");
    assertThat(admin.apply(other, Execution.DRY_RUN).removed()).hasSize(1);
    assertThat(admin.export()).isEqualTo(text);
    admin.apply(other, now("apply"));
    assertThat(ids()).containsExactly("two");
    assertThat(admin.status().mode()).isEqualTo(Mode.OBSERVE);
    admin.apply(new PolicyText("x", text), now("apply"));
    assertThat(admin.export()).isEqualTo(text);
  }

  @Test
  void shouldTakeNothingOfATextThatMakesNoSenseAndNameThePlace() {
    add("one", now("allow"), "allow", "process.pid=1");
    String text = admin.export();

    for (String[] wrong :
        new String[][] {
          {"mode: loud", "x:1:7"},
          {"rules:\n- id: A\n", "x:2:3"},
          {"rules:\n- {id: A, rule: x}\n", "x:2:8"},
          {"moode: observe", "x:1:1"},
          {"fail:\n  queue-full: hold\n", "x:2:15"},
          {"mode: [", "x:"},
        }) {
      assertThatThrownBy(() -> admin.apply(new PolicyText("x", wrong[0]), now("apply")))
          .isInstanceOfSatisfying(
              AdminException.class, e -> assertThat(e.where()).startsWith(wrong[1]));
    }
    assertThat(admin.export()).isEqualTo(text);
  }

  @Test
  void shouldMoveTheConsolesRulesWithTheirOrderAndCounters() throws Exception {
    add("b", now("allow"), "allow", "process.pid=1");
    add("a", now("allow"), "allow", "process.pid=2");
    add("c", now("allow"), "allow", "process.pid=3", "until-restart");
    List<RuleInfo> before = admin.rules();
    long revision = admin.status().revision();

    assertThat(admin.useStore("memory", Execution.DRY_RUN)).hasSize(2);
    assertThat(admin.useStore("memory", now("store-use memory"))).hasSize(2);

    assertThat(file.rules).isEmpty();
    assertThat(memory.rules).containsOnlyKeys("a", "b", "c");
    assertThat(ids()).containsExactlyElementsOf(before.stream().map(RuleInfo::id).toList());
    assertThat(admin.status().revision()).isEqualTo(revision + 1);
    add("d", now("allow"), "allow", "process.pid=4");
    assertThat(memory.rules).containsKey("d");

    admin.useStore("file", now("store-use file"));
    assertThat(file.rules).containsOnlyKeys("a", "b", "d");
    assertThat(memory.rules).containsOnlyKeys("c");
    assertThat(ids()).containsExactlyInAnyOrder("a", "b", "c", "d");
    assertThatThrownBy(() -> admin.useStore("nowhere", now("store-use")))
        .isInstanceOf(AdminException.class);
  }

  @Test
  void shouldFinishAMoveThatWasCutOff() throws Exception {
    add("a", now("allow"), "allow", "process.pid=2");
    Target target =
        new Target(
            java.util.Map.of("store", "memory"),
            java.util.Map.of("file", List.of(), "memory", firewall.console().rules()),
            List.of("a"));
    new Journal(state.resolve("journal.yaml"), new StartRepairs()).begin(target);
    file.rules.clear();

    restart();

    assertThat(ids()).containsExactly("a");
    assertThat(memory.rules).containsOnlyKeys("a");
    assertThat(admin.stores())
        .filteredOn("used", true)
        .extracting("name")
        .containsExactly("memory");
    assertThat(state.resolve("journal.yaml")).doesNotExist();
  }

  @Test
  void shouldChangeNothingIfAStoreRefuses() throws Exception {
    add("one", now("allow"), "allow", "process.pid=1");
    String text = admin.export();
    memory.readOnly = true;

    assertThatThrownBy(() -> admin.useStore("memory", now("store-use memory")))
        .isInstanceOf(AdminException.class);

    memory.readOnly = false;
    assertThat(admin.export()).isEqualTo(text);
    assertThat(file.rules).containsOnlyKeys("one");
    assertThat(state.resolve("journal.yaml")).doesNotExist();
    assertThat(onDisk().consoleStore()).isEqualTo("file");
  }
}
