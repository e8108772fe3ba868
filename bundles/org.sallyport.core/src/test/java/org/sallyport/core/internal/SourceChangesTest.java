// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/** The source of subjects is chosen by hand: kept, carried into the kernel, or taken back. */
class SourceChangesTest {

  private static final Execution DO = Execution.APPLY;

  @TempDir Path etc;
  @TempDir Path state;
  private final Parts parts = new Parts();
  private final PlainBackend queue = new PlainBackend("queue");
  private final Source bpf = new Source("bpf");
  private final Source sockdiag = new Source("sockdiag");
  private Firewall firewall;
  private SourceChanges changes;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(etc.resolve("sallyport.yaml"), "stores: file\nbackends: queue\n");
    Files.writeString(state.resolve("generation"), "10 0xffff0000\n"); // no flow is touched
    PlainStore file = new PlainStore("file");
    file.put(new RuleDefinition("a", "allow process.pid=7", 1000, true, "", new Origin("f", 1)));
    parts.engine(Optional.of(new PlainEngine()));
    parts.add(file);
    parts.add(queue);
    parts.sources().add(bpf, 300);
    parts.sources().add(sockdiag, 200);
    firewall = started();
    firewall.settle();
    queue.told.clear();
  }

  private Firewall started() throws IOException {
    Firewall made = new Firewall(parts, new Folders(etc, state), true);
    changes = new SourceChanges(made, parts, new SettingChanges(made));
    return made;
  }

  @AfterEach
  void stop() {
    firewall.events().close();
  }

  private static final class Source implements SubjectSource {

    private final String name;
    private String unavailable = "";
    private boolean broken;
    private int open;

    Source(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.of(unavailable).filter(reason -> !reason.isEmpty());
    }

    @Override
    public SubjectLookup open() throws IOException {
      if (broken) {
        throw new IOException("no such socket");
      }
      open++;
      return new SubjectLookup() {
        @Override
        public long socketOf(PacketView packet) {
          throw new IllegalStateException("nobody asks");
        }

        @Override
        public SubjectView findNow(PacketView packet) {
          throw new IllegalStateException("nobody asks");
        }

        @Override
        public SubjectView find(PacketView packet, long deadlineNs) {
          throw new IllegalStateException("nobody asks");
        }

        @Override
        public void close() {
          open--;
        }
      };
    }
  }

  private static void assertRefused(Runnable change, String message) {
    assertThatThrownBy(change::run)
        .isInstanceOfSatisfying(
            AdminException.class, e -> assertThat(e.kind()).isEqualTo(AdminException.Kind.REFUSED))
        .hasMessage(message);
  }

  @Test
  void shouldSwitchUnderTheSameRevisionAndGenerationAndKeepTheChoice() throws Exception {
    long revision = firewall.revision();

    AttributionStatus now = changes.use("sockdiag", DO);

    assertThat(now.source()).isEqualTo("sockdiag");
    assertThat(now.chosen()).contains("sockdiag");
    assertThat(queue.told).as("its tap goes").containsExactly("prepare 11", "enforce 11");
    assertThat(firewall.revision()).isEqualTo(revision);
    assertThat(firewall.settings().kept()).containsEntry("attribution", "sockdiag");
    assertThat(sockdiag.open).as("what was tried is closed").isZero();
    firewall.settleIfChanged();
    assertThat(firewall.revision()).as("nothing is left to do").isEqualTo(revision);
    assertThat(queue.told).hasSize(2);

    parts.sources().prefer("auto");
    Firewall later = started();
    assertThat(parts.sources().name()).as("after a restart").contains("sockdiag");
    later.events().close();
  }

  @Test
  void shouldLetACommandWinOverThePersonsFile() throws Exception {
    Files.writeString(
        etc.resolve("sallyport.yaml"), "stores: file\nbackends: queue\nattribution: sockdiag\n");
    Firewall later = started();
    later.settle();
    assertThat(parts.sources().name()).contains("sockdiag");

    assertThat(changes.use("auto", DO).source()).isEqualTo("bpf");

    assertThat(later.settings().kept()).containsEntry("attribution", "auto");
    later.events().close();
  }

  @Test
  void shouldRefuseWhatIsNotThereCannotWorkOrCannotBeOpened() {
    assertRefused(
        () -> changes.use("procfs", DO),
        "there is no source of subjects 'procfs', only [bpf, sockdiag]");
    Source procfs = new Source("procfs");
    procfs.unavailable = "no /proc";
    parts.sources().add(procfs, 100);
    assertRefused(() -> changes.use("procfs", DO), "procfs cannot be used here: no /proc");
    sockdiag.broken = true;
    assertRefused(() -> changes.use("sockdiag", DO), "sockdiag cannot be opened: no such socket");
    assertThatThrownBy(() -> changes.use("No Name", DO))
        .isInstanceOfSatisfying(
            AdminException.class, e -> assertThat(e.kind()).isEqualTo(AdminException.Kind.USAGE));

    assertThat(parts.sources().name()).contains("bpf");
    assertThat(firewall.settings().kept()).doesNotContainKey("attribution");
    assertThat(queue.told).isEmpty();
  }

  @Test
  void shouldChangeNothingInADryRun() {
    Execution dryRun = new Execution(true, Optional.empty(), "test", "test");

    assertThat(changes.use("sockdiag", dryRun).source()).isEqualTo("bpf");

    assertThat(firewall.settings().kept()).doesNotContainKey("attribution");
    assertThat(queue.told).isEmpty();
  }

  @Test
  void shouldGoBackWithTheRulesTooWhereTheKernelRefuses() throws Exception {
    queue.unwilling = true;
    assertRefused(() -> changes.use("sockdiag", DO), "the kernel refused");
    assertThat(parts.sources().name()).contains("bpf");
    assertThat(firewall.settings().kept()).doesNotContainKey("attribution");

    queue.unwilling = false;
    firewall.settleIfChanged();
    assertThat(queue.told)
        .as("nobody knows which tap stands: it is written anew")
        .containsExactly("prepare 11", "enforce 11");
  }

  @Test
  void shouldTakeAChoiceBackThatNobodyConfirms() throws Exception {
    Ledger ledger = new Ledger(firewall);
    Execution tried = new Execution(false, Optional.of(Duration.ofSeconds(30)), "test", "test");

    assertThat(ledger.run(tried, () -> changes.use("sockdiag", tried)).source())
        .isEqualTo("sockdiag");
    assertThat(firewall.settings().kept()).doesNotContainKey("attribution");
    firewall.transition().dropTrial();

    assertThat(parts.sources().name()).contains("bpf");
  }

  @Test
  void shouldGiveTheOrderAgainToWhoWantsAnotherTry() throws Exception {
    firewall.check();
    assertThat(queue.told).isEmpty();
    queue.wantsAnotherTry = true;
    firewall.check();
    assertThat(queue.told).containsExactly("prepare 11", "enforce 11");
  }
}
