// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.PolicyText;
import org.sallyport.api.backend.Mode;

class PolicyCommandsTest {

  private final Console console = new Console();

  private static <C extends FwCommand> C calledFrom(
      C command, boolean ssh, boolean asks, String input) {
    InputStream bytes = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    command.calledBy(new Caller("uid 0", ssh, asks, false, bytes, prompt -> null), "as typed");
    return command;
  }

  private static Execution within(Duration time) {
    return new Execution(false, Optional.of(time), "uid 0", "as typed");
  }

  @Test
  void shouldHandOverTheTimeToConfirmInAndSayItBesideTheOutput() {
    ModeCommand command = calledFrom(new ModeCommand(), false, false, "");

    assertThat(console.run(command, "enforce", "--confirm", "2m")).isZero();

    assertThat(console.out()).isEqualTo("mode enforce\n");
    assertThat(console.err()).startsWith("sallyport: ").contains("120 s", "sallyport confirm");
    assertThat(console.admin.asked)
        .containsExactly(List.of(Mode.ENFORCE, within(Duration.ofMinutes(2))));
    assertThat(console.run(new AllowCommand(), "out", "--confirm", "30s")).isZero();
    assertThat(console.out()).isEqualTo("added rule web\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "25h", "2", "soon", "-1s", "1d", "", "9999999s"})
  void shouldRefuseTimesThatMakeNoSense(String time) {
    assertThat(console.run(new ModeCommand(), "enforce", "--confirm=" + time)).isEqualTo(2);
    assertThat(console.err()).contains("--confirm");
    assertThat(console.admin.asked).isEmpty();
  }

  @Test
  void shouldNotEnforceOverSshUnasked() {
    assertThat(console.run(calledFrom(new ModeCommand(), true, false, ""), "enforce")).isEqualTo(1);
    assertThat(console.err()).startsWith("sallyport: ").contains("--confirm");
    assertThat(console.run(calledFrom(new ModeCommand(), true, true, ""), "enforce")).isEqualTo(1);
    assertThat(console.run(calledFrom(new ModeCommand(), true, true, "what\n"), "enforce"))
        .isEqualTo(2);
    assertThat(console.admin.asked).isEmpty();

    assertThat(console.run(calledFrom(new ModeCommand(), true, false, ""), "observe")).isZero();
    assertThat(console.run(calledFrom(new ModeCommand(), true, false, ""), "enforce", "--yes"))
        .isZero();
    assertThat(console.admin.asked).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "2m\n", "2m\r\n"})
  void shouldTakeTheAnswerAsTheTimeToConfirmIn(String answer) {
    assertThat(console.run(calledFrom(new ModeCommand(), true, true, answer), "enforce")).isZero();
    assertThat(console.admin.asked)
        .containsExactly(List.of(Mode.ENFORCE, within(Duration.ofMinutes(2))));
  }

  @Test
  void shouldEnforceForGoodIfThatIsTheAnswer() {
    assertThat(console.run(calledFrom(new ModeCommand(), true, true, "never\n"), "enforce"))
        .isZero();
    assertThat(console.admin.asked.toString()).contains("confirmWithin=Optional.empty");
  }

  @Test
  void shouldApplyWhatComesInUnderTheFilesName() {
    String text = "mode: observe\n";
    assertThat(console.run(calledFrom(new ApplyCommand(), false, false, text), "a b.yaml"))
        .isZero();
    assertThat(console.admin.asked.toString())
        .contains(new PolicyText("a b.yaml", text).toString());
    assertThat(console.out().lines())
        .containsExactly(
            "  mode: observe -> enforce",
            "- old: deny out",
            "+ new: allow out priority 5 disabled # evil \\u001b[31m");
    assertThat(console.run(new ApplyCommand())).isEqualTo(2);
    String large = "#".repeat((1 << 20) + 1);
    assertThat(console.run(calledFrom(new ApplyCommand(), false, false, large), "-")).isEqualTo(1);
    assertThat(console.err()).contains("larger than");
  }

  @Test
  void shouldRollBackConfirmAndMove() {
    assertThat(console.run(new RollbackCommand())).isZero();
    assertThat(console.run(new RollbackCommand(), "7", "--dry-run")).isZero();
    assertThat(console.run(new RollbackCommand(), "seven")).isEqualTo(2);
    assertThat(console.run(new ConfirmCommand())).isZero();
    assertThat(console.run(new StoreUseCommand(), "memory")).isZero();
    assertThat(console.out()).isEqualTo("store memory, 1 rule moved\n");
    assertThat(console.run(new StoreUseCommand())).isEqualTo(2);
    assertThat(console.admin.asked)
        .containsExactly(
            List.of("rollback", OptionalLong.empty(), Execution.APPLY),
            List.of("rollback", OptionalLong.of(7), Execution.DRY_RUN),
            List.of("confirm", Execution.APPLY),
            List.of("store", "memory", Execution.APPLY));
  }

  @Test
  void shouldShowHistoryAndDifferencesAsJson() {
    assertThat(console.run(new HistoryCommand(), "--json")).isZero();
    assertThat(console.out())
        .startsWith("[{\"revision\":7,\"time\":\"2026-11-23T18:00:00Z\",\"who\":\"uid 0\"")
        .contains("\"added\":[{\"id\":\"new\"", "\"removed\":[{\"id\":\"old\"");
    assertThat(console.run(new DiffCommand(), "1", "2", "--json")).isZero();
    assertThat(console.out()).startsWith("{\"removed\":[");
    assertThat(console.run(new DiffCommand(), "1")).isEqualTo(2);
    assertThat(console.run(new ExportCommand())).isZero();
    assertThat(console.out()).isEqualTo("mode: observe\nrules: []\n");
    assertThat(console.run(new HistoryCommand())).isZero();
    assertThat(console.out()).contains("+1 -1").doesNotContain("\u202e");
  }

  @Test
  void shouldPlanAndUseBackendsInTheOrderNamed() {
    assertThat(console.run(new PlanCommand())).isZero();
    assertThat(console.out())
        .contains("nfqueue", "owner-iptables would hold:", "-g SALLYPORT-R-WEB")
        .doesNotContain("\u001b");
    assertThat(console.run(new PlanCommand(), "owner-iptables,nfqueue", "--json")).isZero();
    assertThat(console.out()).contains("\"complete\":true", "\"backend\":\"nfqueue\"");
    assertThat(console.run(new BackendUseCommand(), "owner-iptables,nfqueue", "--dry-run"))
        .isZero();
    assertThat(console.out()).isEqualTo("would set backends owner-iptables,nfqueue\n");
    assertThat(console.admin.asked.get(0)).isEqualTo(List.of("plan", List.of()));
    assertThat(console.admin.asked.get(1))
        .isEqualTo(List.of("plan", List.of("owner-iptables", "nfqueue")));
    assertThat(console.admin.asked.get(2).toString()).contains("[owner-iptables, nfqueue]");
    assertThat(console.run(new BackendUseCommand())).isEqualTo(2);
  }

  @Test
  void shouldShowTheLadderOfSourcesAndChooseAStep() {
    assertThat(console.run(new AttributionCommand())).isZero();
    assertThat(console.out())
        .containsPattern("bpf +.+ 300 .+ no .+ no \\\\u001b\\[31mBTF")
        .containsPattern("sockdiag +.+ 200 .+ yes")
        .endsWith("bpf was chosen by hand and is not used: no \\u001b[31mBTF\n");
    assertThat(console.run(new StatusCommand())).isZero();
    assertThat(console.out())
        .contains("attribution  sockdiag: 10 exact, 2 unknown\n")
        .contains("attribution  bpf was chosen by hand and is not used: no \\u001b[31mBTF\n")
        .contains("attribution  bpf (rank 300) is not used: no \\u001b[31mBTF\n")
        .contains("attribution  sockdiag (rank 200) is used\n");

    assertThat(console.run(new AttributionUseCommand(), "sockdiag", "--dry-run")).isZero();
    assertThat(console.out()).isEqualTo("would set attribution sockdiag\n");
    assertThat(console.run(new AttributionUseCommand(), "sockdiag")).isZero();
    assertThat(console.out()).isEqualTo("attribution sockdiag\n");
    assertThat(console.run(new AttributionUseCommand(), "auto", "--confirm", "30s")).isZero();
    assertThat(console.out()).isEqualTo("attribution auto, sockdiag is used\n");
    assertThat(console.admin.asked.toString())
        .contains("[source, sockdiag, Execution[dryRun=true, confirmWithin=Optional.empty")
        .contains("[source, auto, Execution[dryRun=false, confirmWithin=Optional[PT30S]");
    assertThat(console.run(new AttributionUseCommand())).isEqualTo(2);
    assertThat(console.run(new AttributionUseCommand(), "bpf", "procfs")).isEqualTo(2);
  }
}
