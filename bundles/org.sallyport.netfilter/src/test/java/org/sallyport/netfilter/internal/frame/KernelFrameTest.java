// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.frame.Section;

class KernelFrameTest {

  private static final MarkLayout MARKS = new MarkLayout(MarkLayout.DEFAULT_MASK);
  private static final Chain ENTRY = new Chain("SALLYPORT-T");
  private static final Section RULES =
      new Section.Rules(Map.of(Direction.OUT, ENTRY), List.of(new ChainSpec(ENTRY, List.of())));

  private final RecordingNetfilter netfilter = new RecordingNetfilter();
  private final KernelFrame frame = new KernelFrame(netfilter);

  private static Enforcement order(Mode mode, int generation, String... stack) {
    return order(mode, FailModes.CLOSED, generation, stack);
  }

  private static Enforcement order(Mode mode, FailModes fail, int generation, String... stack) {
    return new Enforcement(
        mode,
        generation,
        fail,
        false,
        Set.of(Direction.OUT),
        false,
        List.of(stack),
        Optional.empty());
  }

  private void commit(Enforcement order) {
    frame.commit(order, MARKS);
  }

  private void stageBoth() {
    frame.stage("queue", new Section.Queue(3));
    frame.stage("rules", RULES);
  }

  @Test
  void shouldCommitOnceForAllBackendsOfAStack() {
    stageBoth();
    commit(order(Mode.ENFORCE, 1, "rules", "queue"));
    commit(order(Mode.ENFORCE, 1, "rules", "queue"));
    assertThat(netfilter.calls()).containsExactly("commit FILTER RAW MANGLE SECURITY", "watch");
    assertThat(frame.backends()).containsExactlyInAnyOrder("rules", "queue");
    assertThat(frame.inForce()).contains(order(Mode.ENFORCE, 1, "rules", "queue"));
  }

  @Test
  void shouldWriteAgainWhatSomebodyChanged() {
    stageBoth();
    commit(order(Mode.ENFORCE, 1, "queue"));
    netfilter.differ();
    commit(order(Mode.ENFORCE, 1, "queue"));
    assertThat(netfilter.calls())
        .containsExactly(
            "commit FILTER RAW MANGLE SECURITY",
            "watch",
            "commit FILTER",
            "verify",
            "commit FILTER RAW MANGLE SECURITY");
  }

  @Test
  void shouldCommitFilterAloneForAGenerationAndForAStack() {
    stageBoth();
    commit(order(Mode.ENFORCE, 1, "queue"));
    commit(order(Mode.ENFORCE, 2, "queue"));
    commit(order(Mode.ENFORCE, 3, "rules"));
    commit(
        order(
            Mode.ENFORCE,
            FailModes.CLOSED.with(Situation.UNKNOWN_OPERAND, Choice.SKIP),
            3,
            "rules"));
    assertThat(netfilter.calls())
        .containsExactly(
            "commit FILTER RAW MANGLE SECURITY",
            "commit FILTER",
            "verify",
            "commit FILTER",
            "verify",
            "commit FILTER",
            "verify");
    assertThat(frame.backends()).containsExactly("rules");
  }

  @Test
  void shouldLetGoGateFirst() {
    stageBoth();
    commit(order(Mode.ENFORCE, 1, "queue"));
    commit(order(Mode.OBSERVE, 1, "queue"));
    commit(order(Mode.ENFORCE, 1, "queue"));
    assertThat(netfilter.calls())
        .containsExactly(
            "commit FILTER RAW MANGLE SECURITY",
            "commit SECURITY MANGLE RAW FILTER",
            "commit FILTER RAW MANGLE SECURITY");
  }

  @Test
  void shouldCommitWhatIsStagedAndNotWhatWas() {
    stageBoth();
    commit(order(Mode.ENFORCE, 1, "queue"));
    frame.stage("queue", new Section.Queue(4));
    commit(order(Mode.ENFORCE, 1, "queue"));
    assertThat(netfilter.calls()).contains("commit FILTER");
    frame.unstage("queue");
    assertThatThrownBy(() -> commit(order(Mode.ENFORCE, 1, "queue")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("queue has prepared nothing");
    assertThat(frame.inForce()).as("nothing was changed").isPresent();
  }

  @Test
  void shouldKnowNothingToBeInForceAfterAFailure() {
    stageBoth();
    commit(order(Mode.ENFORCE, 1, "queue"));
    netfilter.fail(true);
    assertThatThrownBy(() -> commit(order(Mode.ENFORCE, 2, "queue")))
        .isInstanceOf(NetfilterException.class);
    assertThat(frame.inForce()).isEmpty();
    assertThat(frame.backends()).isEmpty();
    assertThat(frame.differences()).isEmpty();
    netfilter.fail(false);
    commit(order(Mode.ENFORCE, 2, "queue"));
    assertThat(netfilter.calls()).endsWith("commit FILTER RAW MANGLE SECURITY");
  }

  @Test
  void shouldForgetSectionsWhenRemoved() {
    stageBoth();
    commit(order(Mode.ENFORCE, 1, "queue"));
    frame.remove();
    assertThat(netfilter.calls()).endsWith("remove");
    assertThat(frame.inForce()).isEmpty();
    assertThatThrownBy(() -> commit(order(Mode.ENFORCE, 1, "queue")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldShowRulesWithoutStagingThem() {
    Map<String, Section> sections = Map.of("queue", new Section.Queue(9));
    assertThat(frame.rules(order(Mode.ENFORCE, 1, "queue"), MARKS, sections).tables()).isNotEmpty();
    assertThat(netfilter.calls()).isEmpty();
    assertThatThrownBy(() -> commit(order(Mode.ENFORCE, 1, "queue")))
        .isInstanceOf(IllegalStateException.class);
  }
}
