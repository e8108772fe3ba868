// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.decision.Verdict;

class VerdictsTest {

  private static final List<Verdict> VERDICTS =
      List.of(Verdict.ALLOW, Verdict.DENY, Verdict.REJECT);

  private final ScriptedQueue queue = new ScriptedQueue();
  private final Verdicts verdicts =
      new Verdicts(queue, TestContext.QUEUE, new MarkLayout(MarkLayout.DEFAULT_MASK));

  @Test
  void shouldAnswerAPacketOnlyOnce() throws IOException {
    verdicts.open(Lane.FAST, 1, 0);
    verdicts.give(Verdict.DENY);
    assertThatThrownBy(() -> verdicts.give(Verdict.ALLOW))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(verdicts::hold).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldNotForgetAPacketOverTheNext() {
    verdicts.open(Lane.FAST, 1, 0);
    assertThatThrownBy(() -> verdicts.open(Lane.FAST, 2, 0))
        .isInstanceOf(IllegalStateException.class);
    verdicts.hold();
    assertThat(verdicts.isOpen()).isFalse();
  }

  @Test
  void shouldSendMoreThanFitsIntoOneBuffer() throws IOException {
    for (int id = 0; id < 1000; id++) {
      verdicts.open(Lane.FAST, id, 5);
      verdicts.give(VERDICTS.get(id % 3));
    }
    verdicts.flush();
    verdicts.flush();
    for (int id = 0; id < 1000; id++) {
      assertThat(queue.answersTo(id)).hasSize(1);
    }
    assertThat(queue.answersTo(2)).containsExactly(new ScriptedQueue.Answer(4, 0x80000005));
  }

  /** The mark of what is refused must not pass for a proof, nor for one of a rewritten packet. */
  @Test
  void shouldRefuseWithoutTheProofThatWasThere() throws IOException {
    verdicts.open(Lane.FAST, 1, Frames.REWRITTEN | 5);
    verdicts.give(Verdict.REJECT);
    verdicts.open(Lane.FAST, 2, Frames.REWRITTEN | 5);
    verdicts.give(Verdict.ALLOW);
    verdicts.flush();
    assertThat(queue.answersTo(1)).containsExactly(new ScriptedQueue.Answer(4, 0x80000005));
    assertThat(queue.answersTo(2)).as("as it is").containsExactly(new ScriptedQueue.Answer(4, 0));
  }

  @Test
  void shouldMoveAPacketFromEitherQueueAndLeaveItsMarkAlone() throws IOException {
    queue.deliver(Frames.queued(7, Frames.ping()));
    verdicts.open(Lane.FAST, 7, 5);
    verdicts.park();
    verdicts.open(Lane.PARKING, 7, 5);
    verdicts.park();
    verdicts.flush();
    assertThat(queue.moves()).containsExactly(7, 7);
    assertThat(queue.answersTo(7)).isEmpty();
  }
}
