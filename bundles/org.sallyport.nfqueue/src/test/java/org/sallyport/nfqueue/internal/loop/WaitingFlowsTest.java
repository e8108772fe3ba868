// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.nfqueue.internal.loop.AgentLab.ACCEPT;
import static org.sallyport.nfqueue.internal.loop.AgentLab.DEADLINE_NS;
import static org.sallyport.nfqueue.internal.loop.AgentLab.DROP;
import static org.sallyport.nfqueue.internal.loop.AgentLab.SECOND_NS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.SubjectLookup;

/** What becomes of flows that cannot be judged at once. */
class WaitingFlowsTest {

  private static final int PORT = 53;
  private static final int SLOW = 4;

  private final GatedSubjects subjects = new GatedSubjects(SLOW);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicBoolean known = new AtomicBoolean();
  private final AtomicLong hanging = new AtomicLong();
  private AgentLab lab = new AgentLab(Mode.ENFORCE, FailModes.CLOSED, Optional.of(subjects));

  @AfterEach
  void close() {
    release.countDown();
    subjects.release();
    lab.close();
  }

  private void publish(long revision, ScriptedPolicy.Script script) {
    lab.context().publish(new ScriptedPolicy(revision, script));
  }

  /** Only a worker may ask a plugin, which then says yes. */
  private static Verdict askPlugin(Evaluation out) {
    if (!out.mayWait()) {
      out.markPending();
      return Verdict.DENY;
    }
    return Verdict.ALLOW;
  }

  private Verdict hang() {
    hanging.incrementAndGet();
    boolean done = false;
    while (!done) {
      done = isReleased();
    }
    return Verdict.ALLOW;
  }

  /** Does not care about being interrupted, as a bad plugin. */
  private boolean isReleased() {
    try {
      release.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void shouldAskPluginsOnWorkersOnly() throws Exception {
    publish(1, (flow, subject, out) -> askPlugin(out));
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)), Frames.queued(2, Frames.tcp(1, 2, 2)));
    assertThat(lab.answerTo(1)).isEqualTo(ACCEPT);
    assertThat(lab.answerTo(2)).isEqualTo(ACCEPT);
    assertThat(lab.queue().moves()).containsExactly(1, 2);
    assertThat(lab.count(AgentFigure.ASKED)).isEqualTo(2);
    assertThat(lab.context().events()).hasSize(2);
    lab.judge(Frames.queued(3, Frames.udp(40000, PORT)));
    assertThat(lab.queue().answersTo(3)).as("remembered").containsExactly(ACCEPT);
  }

  /** The mark goes with the packet, and what the agent keeps of it knows no more than it did. */
  @Test
  void shouldNotForgetWhileItWaitsThatNobodyKnowsWhatWasAskedFor() throws Exception {
    publish(
        1,
        (flow, subject, out) ->
            askPlugin(out) == Verdict.ALLOW && flow.knowsRemote() ? Verdict.ALLOW : Verdict.DENY);
    lab.judge(Frames.queued(1, Frames.REWRITTEN, Frames.udp(40000, PORT)));
    lab.judge(Frames.queued(2, 0x20010000, Frames.udp(40000, PORT)));
    assertThat(lab.answerTo(1)).isEqualTo(DROP);
    assertThat(lab.answerTo(2)).as("not the same flow").isEqualTo(ACCEPT);
    assertThat(lab.queue().moves()).containsExactly(1, 2);
    assertThat(lab.context().events()).hasSize(2);
  }

  @Test
  void shouldJudgeAnewWhatWasAskedUnderAnOlderPolicy() throws Exception {
    publish(
        1,
        (flow, subject, out) -> {
          if (!out.mayWait()) {
            out.markPending();
            return Verdict.DENY;
          }
          return hang();
        });
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    publish(2, (flow, subject, out) -> Verdict.DENY); // while the worker asks
    release.countDown();
    assertThat(lab.queue().awaitWake()).isTrue();
    assertThat(lab.answerTo(1)).isEqualTo(DROP);
    assertThat(lab.context().events().get(0).decision().revision()).isEqualTo(2);
  }

  @Test
  void shouldAskAgainForAFactThatIsOnItsWay() throws Exception {
    AtomicLong asked = new AtomicLong();
    publish(
        1,
        (flow, subject, out) -> {
          asked.incrementAndGet();
          if (known.get()) {
            return Verdict.ALLOW;
          }
          out.markPending();
          return Verdict.DENY;
        });
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    lab.judgeUntil("asked thrice", () -> lab.count(AgentFigure.ASKED_AGAIN) >= 3);
    assertThat(lab.queue().answersTo(1)).isEmpty();
    assertThat(asked.get()).as("not in a busy loop").isLessThan(20);
    known.set(true);
    assertThat(lab.answerTo(1)).isEqualTo(ACCEPT);
  }

  @Test
  void shouldTakeWhatIsPendingAtTheDeadlineForUnknownAndNotRememberIt() throws Exception {
    publish(
        1,
        (flow, subject, out) -> {
          out.markPending();
          return Verdict.DENY;
        });
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    lab.judgeUntil("an answer", () -> lab.count(AgentFigure.ASKED_AGAIN) > 0);
    lab.leap(DEADLINE_NS);
    lab.judge();
    assertThat(lab.queue().answersTo(1)).containsExactly(DROP);
    assertThat(lab.count(Situation.PLUGIN_ERROR)).isEqualTo(1);
    lab.judge(Frames.queued(2, Frames.udp(40000, PORT)));
    assertThat(lab.queue().answersTo(2)).as("provisional, so asked anew").isEmpty();
  }

  @Test
  void shouldGiveUpAWorkerThatHangsAndGoOnWithAnother() throws Exception {
    publish(
        1,
        (flow, subject, out) -> {
          if (flow.remotePort() == PORT) {
            return out.mayWait() ? hang() : askPlugin(out);
          }
          return askPlugin(out);
        });
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    lab.judge(Frames.queued(2, Frames.udp(40001, PORT + 1)));
    lab.judgeUntil("a worker hangs", () -> hanging.get() == 1);
    lab.leap(DEADLINE_NS + QuestionDesk.GRACE_NS + SECOND_NS);
    lab.judgeUntil("given up", () -> lab.count(AgentFigure.WORKERS_GIVEN_UP) == 1);
    assertThat(lab.queue().answersTo(1)).containsExactly(DROP);
    assertThat(lab.count(Situation.PLUGIN_ERROR)).as("this one, and one behind it").isEqualTo(2);
    assertThat(lab.count(Situation.ATTRIBUTION_LATE)).isZero();
    List<String> log = new ArrayList<>();
    lab.report().errors().drain(log::add);
    assertThat(log).singleElement().asString().contains("a worker hangs and is given up");
    lab.judge(Frames.queued(3, Frames.udp(40002, PORT + 1)));
    assertThat(lab.answerTo(3)).isEqualTo(ACCEPT);
  }

  @Test
  void shouldNotPutMoreWorkersAtRiskThanItMayLose() throws Exception {
    publish(1, (flow, subject, out) -> out.mayWait() ? hang() : askPlugin(out));
    for (int i = 1; i <= QuestionDesk.MOST_GIVEN_UP; i++) {
      int lost = i;
      lab.judge(Frames.queued(i, Frames.udp(40000 + i, PORT)));
      lab.judgeUntil("the worker hangs", () -> hanging.get() == lost);
      lab.leap(DEADLINE_NS + QuestionDesk.GRACE_NS + SECOND_NS);
      lab.judgeUntil("given up", () -> lab.count(AgentFigure.WORKERS_GIVEN_UP) == lost);
    }
    lab.judge(Frames.queued(100, Frames.udp(40100, PORT)));
    assertThat(lab.answerTo(100)).as("at once, as unknown").isEqualTo(DROP);
  }

  @Test
  void shouldHoldWhatDependsOnTheSubjectWhileTheSourceIsReplaced() throws Exception {
    lab.context().publish(new PortPolicy(1, Set.of(9), Set.of()));
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    lab.context().setSubjects(Optional.empty());
    lab.judge(Frames.queued(2, Frames.udp(40001, PORT)), Frames.queued(3, Frames.udp(40002, 9)));
    assertThat(lab.queue().answersTo(3)).as("whoever it is").containsExactly(DROP);
    assertThat(lab.queue().answersTo(2)).isEmpty();
    assertThat(lab.count(AgentFigure.ASKED_AGAIN)).as("nobody is there").isZero();
    lab.leap(SECOND_NS);
    lab.judge();
    lab.context().setSubjects(Optional.of(new GatedSubjects(SLOW)));
    assertThat(lab.answerTo(2)).isEqualTo(ACCEPT);
  }

  @Test
  void shouldTakeTheSubjectForUnknownWhenTheSourceDoesNotComeBack() throws Exception {
    lab.context().publish(new PortPolicy(1, Set.of(), Set.of()));
    lab.context().setSubjects(Optional.empty());
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    lab.leap(DEADLINE_NS);
    lab.judge();
    assertThat(lab.queue().answersTo(1)).containsExactly(DROP);
    assertThat(lab.count(Situation.UNATTRIBUTED)).isEqualTo(1);
    lab.leap(lab.context().swapGrace().toNanos());
    lab.judge();
    lab.judge(Frames.queued(2, Frames.udp(40001, PORT)));
    assertThat(lab.queue().answersTo(2)).as("gone, so at once").containsExactly(DROP);
  }

  @Test
  void shouldAskOnceAboutABurstFromASocketNobodyKnows() throws Exception {
    lab.close();
    lab =
        new AgentLab(
            Mode.ENFORCE,
            FailModes.CLOSED,
            Optional.of(new GatedSubjects(SLOW, () -> packet -> SubjectLookup.NO_SOCKET)));
    lab.context().publish(new PortPolicy(1, Set.of(), Set.of()));
    lab.judge(Frames.queued(1, Frames.udp(40000, SLOW)));
    byte[][] burst = new byte[5][];
    for (int i = 0; i < burst.length; i++) {
      burst[i] = Frames.queued(2 + i, Frames.udp(40000, SLOW));
    }
    lab.judge(burst);
    assertThat(lab.count(AgentFigure.ASKED))
        .as("one under way, one for the rest")
        .isBetween(1L, 2L);
    assertThat(lab.count(AgentFigure.HELD)).isEqualTo(6);
  }

  @Test
  void shouldGiveBackWhatIsHeldAndEnd() throws Exception {
    lab.context().publish(new PortPolicy(1, Set.of(), Set.of()));
    lab.judge(Frames.queued(1, Frames.udp(40000, SLOW)), Frames.queued(2, Frames.udp(40000, SLOW)));
    assertThat(lab.queue().moves()).containsExactly(1, 2);
    lab.agent().giveBack();
    assertThat(lab.queue().moves())
        .as("to the end of the parking queue")
        .containsExactly(1, 2, 1, 2);
    assertThat(lab.queue().answersTo(1)).isEmpty();
    lab.agent().doWork();
    assertThat(lab.count(AgentFigure.HELD)).as("held by whoever comes next").isEqualTo(4);
  }

  @Test
  void shouldHaveFlowsWaitForTheFirstPolicy() throws Exception {
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)), Frames.queued(2, Frames.tcp(1, 9, 2)));
    assertThat(lab.queue().answersTo(1)).isEmpty();
    assertThat(lab.count(Situation.NO_POLICY)).isEqualTo(2);
    lab.context().publish(new PortPolicy(1, Set.of(9), Set.of()));
    assertThat(lab.answerTo(1)).isEqualTo(ACCEPT);
    assertThat(lab.answerTo(2)).isEqualTo(DROP);
  }

  @Test
  void shouldNotWaitForAPolicyForEver() throws Exception {
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    assertThat(lab.context().bootDeadline().toSeconds()).isEqualTo(3);
    lab.leap(3 * SECOND_NS);
    lab.judge(Frames.queued(2, Frames.udp(40001, PORT)));
    assertThat(lab.queue().answersTo(1)).containsExactly(DROP);
    assertThat(lab.queue().answersTo(2)).containsExactly(DROP);
    assertThat(lab.count(Situation.NO_POLICY)).isEqualTo(2);
  }

  @Test
  void shouldNotRefuseBeforeTheFirstPolicyWhileObserving() throws Exception {
    lab.close();
    lab = new AgentLab(Mode.OBSERVE, FailModes.CLOSED, Optional.of(subjects));
    lab.judge(Frames.queued(1, Frames.udp(40000, PORT)));
    assertThat(lab.queue().answersTo(1)).containsExactly(ACCEPT);
    assertThat(lab.context().events()).extracting(FlowEvent::mode).isEmpty();
  }
}
