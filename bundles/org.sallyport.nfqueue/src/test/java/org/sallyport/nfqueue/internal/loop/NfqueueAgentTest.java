// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.packet.Direction;
import org.sallyport.nfqueue.internal.loop.ScriptedQueue.Answer;

class NfqueueAgentTest {

  private static final int ALLOWED = 1;
  private static final int DENIED = 2;
  private static final int REJECTED = 3;
  private static final int SLOW = 4;
  private static final Answer ACCEPT = new Answer(4, 0);
  private static final Answer DROP = new Answer(0, 0);
  private static final Answer REPEAT = new Answer(4, 0x80000000);
  private static final long SECOND_NS = 1_000_000_000L;

  private final ScriptedQueue queue = new ScriptedQueue();
  private final TestContext context = new TestContext();
  private final GatedSubjects subjects = new GatedSubjects(SLOW);
  private final AgentReport report = new AgentReport();
  private final AgentOrders orders = new AgentOrders(order(Mode.ENFORCE, FailModes.CLOSED));
  private PortPolicy policy = new PortPolicy(1, Set.of(DENIED), Set.of(REJECTED));
  private long nowNs = System.nanoTime();
  private NfqueueAgent agent;
  private int received;

  @BeforeEach
  void makeAgent() {
    context.publish(policy);
    context.setSubjects(Optional.of(subjects));
    AgentSettings settings = new AgentSettings(16, 8, 1, 2 * SECOND_NS);
    CycleClock clock = new CycleClock(() -> nowNs, () -> 1_000L);
    agent = new NfqueueAgent(queue, context, settings, orders, report, clock);
  }

  @AfterEach
  void closeAgent() {
    agent.close();
  }

  private static Enforcement order(Mode mode, FailModes modes) {
    return new Enforcement(mode, 1, modes, false, EnumSet.of(Direction.OUT), false);
  }

  private void follow(Mode mode, FailModes modes) {
    assertThat(orders.give(order(mode, modes))).isNotNull();
  }

  private void judge(byte[]... messages) throws IOException {
    queue.deliver(messages);
    do { // what is parked arrives in the next cycle
      received = agent.doWork();
    } while (received > 0);
  }

  @Test
  void shouldGiveEachPacketTheVerdictOfItsFlow() throws IOException {
    judge(
        Frames.queued(1, Frames.tcpSyn(40000, ALLOWED)),
        Frames.queued(2, Frames.tcpSyn(40001, DENIED)),
        Frames.queued(3, Frames.UNDECIDED | 0x77, Frames.udp(40002, REJECTED)),
        Frames.queued(4, Frames.udpV6(40003, ALLOWED)),
        Frames.queued(5, Frames.ping()));
    assertThat(queue.answersTo(1)).containsExactly(ACCEPT);
    assertThat(queue.answersTo(2)).containsExactly(DROP);
    assertThat(queue.answersTo(3))
        .as("foreign bits kept")
        .containsExactly(new Answer(4, 0x80000077));
    assertThat(queue.answersTo(4)).containsExactly(ACCEPT);
    assertThat(queue.answersTo(5)).containsExactly(ACCEPT);
    assertThat(policy.decision(Verdict.ALLOW).counter().packets()).isEqualTo(3);
    assertThat(context.attribution().exact()).isEqualTo(5);
  }

  @Test
  void shouldTellPeopleOncePerFlowAndRevision() throws IOException {
    byte[] packet = Frames.udp(40000, ALLOWED);
    judge(Frames.queued(1, packet), Frames.queued(2, packet));
    nowNs += Judge.KNOWN_FOR_NS + 1;
    judge(Frames.queued(3, packet));
    assertThat(context.events()).hasSize(1);
    assertThat(report.figures().get(AgentFigure.KNOWN)).isEqualTo(1);
    assertThat(report.figures().get(AgentFigure.JUDGED)).isEqualTo(2);
    context.publish(new PortPolicy(2, Set.of(ALLOWED), Set.of()));
    judge(Frames.queued(4, packet));
    assertThat(queue.answersTo(4)).containsExactly(DROP);
    FlowEvent event = context.events().get(1);
    assertThat(event.decision().revision()).isEqualTo(2);
    assertThat(event.flow()).hasToString("out udp 10.0.0.1:40000 > 10.0.0.2:1");
  }

  @Test
  void shouldJudgeWhatOpensAConnectionAfreshEachTime() throws IOException {
    judge(Frames.queued(1, Frames.tcpSyn(40000, ALLOWED)));
    judge(Frames.queued(2, Frames.tcpSyn(40000, ALLOWED)), Frames.queued(3, Frames.ping()));
    judge(Frames.queued(4, Frames.ping()), Frames.queued(5, Frames.tcp(40000, ALLOWED, 16)));
    assertThat(report.figures().get(AgentFigure.JUDGED)).isEqualTo(4);
    assertThat(report.figures().get(AgentFigure.KNOWN)).isEqualTo(1);
    assertThat(context.events()).hasSize(2);
  }

  @Test
  void shouldAnswerHeldPacketsOnceAndByTheLatestPolicy() throws Exception {
    judge(
        Frames.queued(1, Frames.udp(40000, SLOW)),
        Frames.queued(2, Frames.udp(40000, SLOW)),
        Frames.queued(3, Frames.udp(40001, ALLOWED)));
    assertThat(queue.answersTo(1)).isEmpty();
    assertThat(queue.answersTo(3)).containsExactly(ACCEPT);
    assertThat(report.figures().get(AgentFigure.ASKED)).isEqualTo(1);
    context.publish(new PortPolicy(2, Set.of(), Set.of(SLOW)));
    subjects.release();
    assertThat(queue.awaitWake()).isTrue();
    judge();
    judge();
    assertThat(queue.answersTo(1)).containsExactly(REPEAT);
    assertThat(queue.answersTo(2)).containsExactly(REPEAT);
  }

  @Test
  void shouldTakeTheSubjectForUnknownWhenTheDeadlineHasPassed() throws IOException {
    judge(Frames.queued(1, Frames.udp(40000, SLOW)));
    nowNs += 2 * SECOND_NS;
    judge();
    assertThat(queue.answersTo(1)).containsExactly(DROP);
    assertThat(context.failures().get(Situation.ATTRIBUTION_LATE)).isEqualTo(1);
    follow(Mode.ENFORCE, FailModes.CLOSED.with(Situation.ATTRIBUTION_LATE, Choice.ACCEPT));
    judge(Frames.queued(2, Frames.udp(40001, SLOW)));
    nowNs += 2 * SECOND_NS;
    judge();
    assertThat(queue.answersTo(2)).containsExactly(ACCEPT);
  }

  @Test
  void shouldRefuseByChoiceWhenThereIsNoRoomToWait() throws IOException {
    List<byte[]> many = new ArrayList<>();
    for (int id = 1; id <= 6; id++) {
      many.add(Frames.queued(id, Frames.udp(40000 + id, SLOW)));
    }
    judge(many.toArray(byte[][]::new));
    assertThat(queue.answersTo(4)).isEmpty();
    assertThat(queue.answersTo(5)).as("one user's half").containsExactly(REPEAT);
    assertThat(queue.answersTo(6)).containsExactly(REPEAT);
    assertThat(context.failures().get(Situation.PARKING_FULL)).isEqualTo(2);
  }

  @Test
  void shouldGoOnWithoutASourceOfSubjects() throws IOException {
    context.setSubjects(Optional.empty());
    judge();
    nowNs += context.swapGrace().toNanos();
    judge(Frames.queued(1, Frames.udp(40000, ALLOWED)));
    assertThat(queue.answersTo(1)).containsExactly(DROP);
    assertThat(context.failures().get(Situation.UNATTRIBUTED)).isEqualTo(1);
    assertThat(context.attribution().unknown()).isEqualTo(1);
    follow(Mode.ENFORCE, FailModes.CLOSED.with(Situation.UNATTRIBUTED, Choice.ACCEPT));
    judge(Frames.queued(2, Frames.udp(40000, ALLOWED)));
    assertThat(queue.answersTo(2)).containsExactly(ACCEPT);
  }

  @Test
  void shouldLetEverythingPassWhileObservingAndStillRecord() throws Exception {
    follow(Mode.OBSERVE, FailModes.CLOSED);
    judge(
        Frames.queued(1, Frames.udp(40000, DENIED)),
        Frames.queued(2, Frames.udp(40001, SLOW)),
        Frames.queued(3, 0x80000000, Frames.udp(40002, DENIED)),
        Frames.queued(4, new byte[] {1}));
    for (int id : new int[] {1, 3, 4}) {
      assertThat(queue.answersTo(id)).containsExactly(ACCEPT);
    }
    subjects.release();
    assertThat(queue.awaitWake()).isTrue();
    judge();
    assertThat(context.events()).extracting(FlowEvent::mode).containsOnly(Mode.OBSERVE).hasSize(2);
    assertThat(queue.answersTo(2)).containsExactly(ACCEPT);
  }

  @Test
  void shouldNotMakeAnybodyWaitLongWhileObserving() throws Exception {
    follow(Mode.OBSERVE, FailModes.CLOSED);
    judge(Frames.queued(1, Frames.udp(40001, SLOW)));
    assertThat(queue.answersTo(1)).isEmpty();
    nowNs += SECOND_NS / 10;
    judge();
    assertThat(queue.answersTo(1)).containsExactly(ACCEPT);
    assertThat(context.failures().get(Situation.ATTRIBUTION_LATE)).isEqualTo(1);
  }

  @Test
  void shouldCountWhatMakesNoSenseAndAnswerWhatItCan() throws IOException {
    byte[] cut = Frames.queued(2, Frames.udp(40000, ALLOWED));
    byte[] half = java.util.Arrays.copyOf(cut, cut.length - 8);
    judge(Frames.queued(1, new byte[] {1, 2, 3}), half, Frames.withoutId(), Frames.error(2));
    assertThat(queue.answersTo(1)).containsExactly(DROP);
    assertThat(report.figures().get(AgentFigure.UNANSWERABLE)).isEqualTo(2);
    assertThat(report.figures().get(AgentFigure.NOT_TAKEN)).isEqualTo(1);
    assertThat(context.failures().get(Situation.PARSE_ERROR)).isEqualTo(3);
    follow(Mode.ENFORCE, FailModes.OPEN);
    judge(Frames.queued(3, new byte[0]));
    assertThat(queue.answersTo(3)).containsExactly(ACCEPT);
  }

  @Test
  void shouldNotSendARefusedPacketRoundForEver() throws IOException {
    judge(Frames.queued(1, 0x80000000, Frames.udp(40000, REJECTED)));
    assertThat(queue.answersTo(1)).containsExactly(DROP);
    assertThat(report.figures().get(AgentFigure.CAME_BACK)).isEqualTo(1);
  }

  @Test
  void shouldDropOnePacketAndGoOnWhenALineThrows() throws IOException {
    context.setSubjects(Optional.of(new ThrowingSubjects(DENIED)));
    judge(
        Frames.queued(1, Frames.udp(40000, ALLOWED)),
        Frames.queued(2, Frames.udp(40000, DENIED)),
        Frames.queued(3, Frames.udp(40000, ALLOWED)));
    assertThat(queue.answersTo(1)).containsExactly(ACCEPT);
    assertThat(queue.answersTo(2)).containsExactly(DROP);
    assertThat(queue.answersTo(3)).containsExactly(ACCEPT);
    assertThat(context.failures().get(Situation.PLUGIN_ERROR)).isEqualTo(1);
    List<String> log = new ArrayList<>();
    report.errors().drain(log::add);
    report.errors().drain(log::add);
    assertThat(log).singleElement().asString().startsWith("1 times a packet could not be judged");
  }

  @Test
  void shouldCountWhatTheKernelLost() throws IOException {
    queue.lose(7);
    queue.loseParked(5);
    queue.loseConnections(3);
    nowNs += 2 * SECOND_NS;
    judge();
    judge();
    assertThat(context.failures().get(Situation.QUEUE_FULL)).isEqualTo(7);
    assertThat(context.failures().get(Situation.PARKING_FULL)).isEqualTo(5);
    assertThat(context.failures().get(Situation.CONNTRACK_FULL)).isEqualTo(3);
  }

  @Test
  void shouldEndWhenTheQueueIsLost() {
    queue.breakDown();
    assertThatThrownBy(() -> agent.doWork()).isInstanceOf(IOException.class);
  }

  @Test
  void shouldMakeNoGarbageForKnownFlows() throws IOException {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    queue.stopRecording();
    byte[] message = Frames.queued(1, Frames.udp(40000, ALLOWED));
    for (int i = 0; i < 20_000; i++) {
      judge(message);
    }
    queue.deliver(message);
    long before = threads.getCurrentThreadAllocatedBytes();
    agent.doWork();
    long made = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(made).isZero();
  }
}
