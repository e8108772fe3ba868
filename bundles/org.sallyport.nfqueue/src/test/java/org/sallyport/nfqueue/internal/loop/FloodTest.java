// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.nfqueue.internal.loop.AgentLab.ACCEPT;
import static org.sallyport.nfqueue.internal.loop.AgentLab.DROP;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/** Programs that open a socket for each flow and are refused: they must not keep the agent busy. */
class FloodTest {

  /** Sockets with a local port from here on belong to the second program, or are closed. */
  private static final int SECOND = 2000;

  private static final int GONE = 3000;

  /** Those belong to the second program, which no hint tells. */
  private static final int HIDDEN = 4000;

  /** Those belong to the first program, which is not found for long. */
  private static final int SLOW = 1000;

  private static final ReadSet PROGRAM = ReadSet.of(Volatility.PROCESS, Input.PROCESS);

  private final AtomicInteger asked = new AtomicInteger();
  private AgentLab lab = lab(Mode.ENFORCE);
  private int id;

  private static AgentLab lab(Mode mode) {
    AgentLab lab = new AgentLab(mode, FailModes.CLOSED, Optional.of(new Holders()));
    lab.freeze();
    return lab;
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /** The first program is refused, and whoever is not known. */
  private void publish(long revision, ReadSet reads) {
    lab.context()
        .publish(
            new ScriptedPolicy(
                revision,
                (flow, subject, out) -> {
                  asked.incrementAndGet();
                  out.rest(reads);
                  return subject.process().equals(Holders.SECOND_PROGRAM)
                      ? Verdict.ALLOW
                      : Verdict.DENY;
                }));
  }

  /** How many of these flows, each from a socket of its own, the policy was asked about. */
  private int askedAbout(int firstPort, int flows) throws Exception {
    int before = asked.get();
    for (int port = firstPort; port < firstPort + flows; port++) {
      lab.judge(Frames.queued(++id, Frames.udp(port, 53)));
      assertThat(lab.queue().answersTo(id))
          .containsExactly(firstPort >= SECOND && firstPort < GONE ? ACCEPT : DROP);
    }
    return asked.get() - before;
  }

  @Test
  void shouldRefuseAFloodOfAProgramUnseenButNobodyElse() throws Exception {
    publish(1, PROGRAM);
    assertThat(askedAbout(1, 500)).isEqualTo(Flooders.SEEN);
    assertThat(lab.count(AgentFigure.UNSEEN)).isEqualTo(500 - Flooders.SEEN);
    assertThat(askedAbout(SECOND, 100)).as("another program of the user").isEqualTo(100);
    assertThat(askedAbout(GONE, 10)).as("others that are not known").isEqualTo(10);
    assertThat(lab.context().events()).as("told").hasSize(Flooders.SEEN + 110);
  }

  @Test
  void shouldLookAtItAnewInEachWindow() throws Exception {
    publish(1, PROGRAM);
    for (int window = 0; window < 5; window++) {
      assertThat(askedAbout(1 + 100 * window, 100)).isEqualTo(Flooders.SEEN);
      lab.leap(Flooders.WINDOW_NS);
    }
    publish(2, PROGRAM);
    assertThat(askedAbout(600, 100)).as("another policy").isEqualTo(Flooders.SEEN);
    publish(3, PROGRAM);
    assertThat(askedAbout(700, 1)).as("at once").isEqualTo(1);
  }

  @Test
  void shouldRefuseAFloodFromClosedSocketsUnseen() throws Exception {
    publish(1, PROGRAM);
    assertThat(askedAbout(GONE, 500)).isEqualTo(Flooders.SEEN);
  }

  /** Their number is that of the first flows of a program that nobody has looked for yet. */
  @Test
  void shouldNotHaveOthersWaitBehindWhatAFloodHadPutAside() throws Exception {
    publish(1, PROGRAM);
    for (int port = SLOW; port < SLOW + 20; port++) {
      lab.judge(Frames.queued(++id, Frames.udp(port, 53)));
    }
    assertThat(lab.count(AgentFigure.HELD)).isEqualTo(20);
    assertThat(askedAbout(1, Flooders.SEEN)).isEqualTo(Flooders.SEEN);
    lab.judge();
    for (int held = 1; held <= 20; held++) {
      assertThat(lab.queue().answersTo(held)).containsExactly(DROP);
    }
  }

  @Test
  void shouldJudgeBehindOthersWhatCannotBeToldFromTheFlood() throws Exception {
    publish(1, PROGRAM);
    lab.judge(Frames.queued(++id, Frames.udp(HIDDEN, 53)));
    assertThat(lab.count(AgentFigure.PARKED)).as("no flood").isZero();
    askedAbout(1, Flooders.SEEN);
    lab.judge(Frames.queued(++id, Frames.udp(HIDDEN + 1, 53)));
    assertThat(lab.count(AgentFigure.PARKED)).isEqualTo(1);
    assertThat(lab.queue().answersTo(id)).endsWith(ACCEPT);
  }

  @Test
  void shouldJudgeEachFlowWhereACriterionLooksAtIt() throws Exception {
    publish(1, ReadSet.of(Volatility.STATIC, Input.PROCESS, Input.REMOTE_PORT));
    assertThat(askedAbout(1, 100)).isEqualTo(100);
  }

  @Test
  void shouldSeeEachFlowWhileObserving() throws Exception {
    lab.close();
    lab = lab(Mode.OBSERVE);
    publish(1, PROGRAM);
    for (int port = 1; port <= 100; port++) {
      lab.judge(Frames.queued(port, Frames.udp(port, 53)));
    }
    assertThat(asked).hasValue(100);
  }

  /** Tells sockets and programs by the local port, also those it is not sure of. */
  private static final class Holders implements SubjectSource {

    private static final Fact<ProcessId> FIRST_PROGRAM = known(10);
    private static final Fact<ProcessId> SECOND_PROGRAM = known(20);

    private static Fact<ProcessId> known(int pid) {
      return new Fact.Known<>(new ProcessId(pid, 5), "test");
    }

    @Override
    public String name() {
      return "test";
    }

    @Override
    public SubjectLookup open() {
      return new Lookup();
    }

    private static final class Lookup implements SubjectLookup {

      private static boolean isGone(PacketView packet) {
        return packet.localPort() >= GONE && packet.localPort() < HIDDEN;
      }

      @Override
      public long socketOf(PacketView packet) {
        return isGone(packet) ? NO_SOCKET : packet.localPort();
      }

      @Override
      public long holderOf(PacketView packet) {
        if (isGone(packet)) {
          return SubjectLookup.CLOSED;
        }
        if (packet.localPort() >= HIDDEN) {
          return NO_HOLDER;
        }
        return SubjectLookup.holder(
            new ProcessId(packet.localPort() >= SECOND ? 20 : 10, 5)); // as in known()
      }

      @Override
      public SubjectView findNow(PacketView packet) {
        Fact<Long> none = new Fact.Unknown<>("test");
        if (packet.localPort() >= SLOW && packet.localPort() < SECOND) {
          return Subject.without(SubjectKind.PENDING, none, none, none, "test");
        }
        boolean closed = isGone(packet);
        Subject subject =
            Subject.without(
                closed ? SubjectKind.UNKNOWN : SubjectKind.PROCESS, none, none, none, "test");
        return closed
            ? subject
            : new Subject(
                subject.kind(),
                none,
                none,
                packet.localPort() >= SECOND ? SECOND_PROGRAM : FIRST_PROGRAM,
                subject.executable(),
                subject.sha256(),
                subject.capabilities(),
                subject.processName(),
                subject.commandLine(),
                subject.processUserId(),
                subject.cgroup(),
                subject.ancestors(),
                "test");
      }

      @Override
      public SubjectView find(PacketView packet, long deadlineNs) {
        try {
          return new CountDownLatch(1).await(5, TimeUnit.SECONDS) ? null : findNow(packet);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt(); // the lab is closed
          return findNow(packet);
        }
      }

      @Override
      public void close() {}
    }
  }
}
