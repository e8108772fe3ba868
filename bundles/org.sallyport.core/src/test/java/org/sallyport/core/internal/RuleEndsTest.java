// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.kernel.proc.ProcFs;

class RuleEndsTest {

  @TempDir Path state;
  @TempDir Path etc;
  @TempDir Path proc;
  private final Parts parts = new Parts();
  private final PlainStore file = new PlainStore("file");
  private final PlainStore memory = new PlainStore("memory");
  private Firewall firewall;
  private RuleEnds ends;
  private RuleChanges changes;

  @BeforeEach
  void start() throws Exception {
    parts.engine(Optional.of(new PlainEngine()));
    parts.stores().add(file);
    parts.stores().add(memory);
    firewall = new Firewall(parts, new Folders(etc, state), false);
    ends = new RuleEnds(firewall, parts, new ProcFs(proc));
    changes = new RuleChanges(firewall, parts, new RuleInfos(firewall), ends);
    firewall.settle();
  }

  @AfterEach
  void stop() {
    firewall.events().close();
  }

  /** As proc(5) has it: 19 fields lie between the name and the start time. */
  private void process(int pid, long startTicks) throws IOException {
    Files.createDirectories(proc.resolve("" + pid));
    String between = "S 1" + " 0".repeat(17);
    Files.writeString(
        proc.resolve(pid + "/stat"), pid + " (a) " + between + " " + startTicks + " 0\n");
  }

  private String add(Execution execution, String... words) {
    RuleRequest request =
        new RuleRequest(
            List.of(words), List.of(), OptionalInt.empty(), Optional.empty(), Optional.empty(), "");
    return changes.add(request, execution).id();
  }

  @Test
  void shouldEndARuleWithItsProcessAlsoIfTheNumberIsUsedAgain() throws Exception {
    process(7, 100);
    String id = add(Execution.APPLY, "allow", "process.pid=7", "until-exit");
    assertThat(memory.rules).containsKey(id);
    assertThat(firewall.book().bound()).containsEntry(id, new ProcessId(7, 100));
    assertThat(ends.sweep()).isFalse();

    process(7, 200);

    assertThat(ends.sweep()).isTrue();
    assertThat(memory.rules).isEmpty();
    firewall.settle();
    assertThat(ends.sweep()).isFalse();
    assertThat(firewall.book().bound()).isEmpty();
  }

  @Test
  void shouldRefuseARuleAboutAProcessThatIsNotThere() {
    assertThatThrownBy(() -> add(Execution.APPLY, "allow", "process.pid=7", "until-exit"))
        .isInstanceOf(AdminException.class)
        .hasMessage("there is no process 7");
    assertThat(memory.rules).isEmpty();
  }

  @Test
  void shouldTakeOutWhatEndedAndLeaveAPersonsFileAlone() throws Exception {
    String text = "allow process.pid=7 until 2020-01-01T00:00:00Z";
    file.rules.put("old", new RuleDefinition("old", text, 1000, true, "", new Origin("file", 2)));
    firewall.settle();
    file.readOnly = true;

    assertThat(ends.sweep()).isTrue();
    assertThat(ends.sweep()).as("asked again for nothing").isFalse();
    assertThat(file.rules).containsKey("old");

    assertThatThrownBy(() -> add(Execution.APPLY, text.split(" ")))
        .hasMessage("2020-01-01T00:00:00Z has passed already");
  }

  @Test
  void shouldRefuseOnTrialWhatWouldBeRefused() throws Exception {
    String id = add(Execution.APPLY, "allow", "process.pid=7");
    file.readOnly = true;

    assertThatThrownBy(() -> add(Execution.DRY_RUN, "allow", "process.pid=8"))
        .hasMessageContaining("file of yours");
    assertThatThrownBy(() -> changes.remove(id, Execution.DRY_RUN))
        .hasMessageContaining("file of yours");
    assertThatThrownBy(() -> changes.setEnabled(id, false, Execution.DRY_RUN))
        .hasMessageContaining("file of yours");
  }

  @Test
  void shouldReportALifetimeThatAFileCannotKeep() throws Exception {
    String text = "allow process.pid=7 until-restart";
    file.rules.put("r", new RuleDefinition("r", text, 1000, true, "", new Origin("file", 2)));

    firewall.settle();

    assertThat(firewall.book().status("file").get(0).errors().get(0).origin())
        .isEqualTo(new Origin("file", 2));
    assertThat(firewall.slot().current().orElseThrow().rules()).isEmpty();
  }
}
