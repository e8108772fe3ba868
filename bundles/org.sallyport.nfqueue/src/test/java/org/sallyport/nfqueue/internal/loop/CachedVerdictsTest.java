// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.nfqueue.internal.loop.AgentLab.ACCEPT;
import static org.sallyport.nfqueue.internal.loop.AgentLab.DROP;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;

/** What is remembered about a flow, and for how long. */
class CachedVerdictsTest {

  private static final int PORT = 53;
  private static final int DENIED = 9;

  private final AtomicInteger asked = new AtomicInteger();
  private final GatedSubjects subjects = new GatedSubjects(4);
  private final AgentLab lab = new AgentLab(Mode.ENFORCE, FailModes.CLOSED, Optional.of(subjects));

  @AfterEach
  void close() {
    lab.close();
  }

  private void publish(Volatility volatility) {
    lab.context()
        .publish(
            new ScriptedPolicy(
                1,
                (flow, subject, out) -> {
                  asked.incrementAndGet();
                  out.rest(volatility);
                  return flow.remotePort() == DENIED ? Verdict.DENY : Verdict.ALLOW;
                }));
  }

  @Test
  void shouldRememberWhatHoldsAsLongAsTheProcess() throws Exception {
    publish(Volatility.PROCESS);
    lab.judge(Frames.queued(1, Frames.udp(1, PORT)), Frames.queued(2, Frames.udp(1, PORT)));
    assertThat(asked).hasValue(1);
    lab.leap(Judge.KNOWN_FOR_NS);
    lab.judge(Frames.queued(3, Frames.udp(1, PORT)));
    assertThat(asked).hasValue(2);
    assertThat(lab.context().events()).hasSize(1);
  }

  @Test
  void shouldAskEachTimeWhatMayChangeAtAnyTimeAndTellItOnce() throws Exception {
    publish(Volatility.VOLATILE);
    for (int id = 1; id <= 3; id++) {
      lab.judge(Frames.queued(id, Frames.udp(1, PORT)));
      assertThat(lab.queue().answersTo(id)).containsExactly(ACCEPT);
    }
    assertThat(asked).hasValue(3);
    assertThat(lab.context().events()).hasSize(1);
  }

  @Test
  void shouldRefuseAnotherTryToConnectWithoutAskingButNeverAllowOne() throws Exception {
    publish(Volatility.FLOW);
    for (int id = 1; id <= 3; id++) {
      lab.judge(Frames.queued(id, Frames.tcpSyn(1, DENIED)));
      assertThat(lab.queue().answersTo(id)).containsExactly(DROP);
    }
    assertThat(asked).as("refused").hasValue(1);
    lab.judge(Frames.queued(4, Frames.tcpSyn(2, PORT)), Frames.queued(5, Frames.tcpSyn(2, PORT)));
    assertThat(asked).as("allowed").hasValue(3);
    publish(Volatility.VOLATILE);
    lab.judge(
        Frames.queued(6, Frames.tcpSyn(3, DENIED)), Frames.queued(7, Frames.tcpSyn(3, DENIED)));
    assertThat(asked).as("volatile").hasValue(5);
  }

  /** Two that are rewritten to the same receiver may have asked for different ones. */
  @Test
  void shouldNeverAnswerForAFlowOfWhichNobodyKnowsWhatItAskedFor() throws Exception {
    publish(Volatility.STATIC);
    for (int id = 1; id <= 3; id++) {
      lab.judge(Frames.queued(id, Frames.REWRITTEN, Frames.udp(1, PORT)));
      assertThat(lab.queue().answersTo(id)).containsExactly(ACCEPT);
    }
    for (int id = 4; id <= 5; id++) {
      lab.judge(Frames.queued(id, Frames.REWRITTEN, Frames.udp(1, DENIED)));
      assertThat(lab.queue().answersTo(id)).containsExactly(DROP);
    }
    assertThat(asked).hasValue(5);
    assertThat(lab.context().events()).as("told once each").hasSize(2);
    lab.judge(Frames.queued(6, Frames.udp(1, PORT)), Frames.queued(7, Frames.udp(1, PORT)));
    assertThat(asked).as("what asked for that receiver itself").hasValue(6);
  }

  @Test
  void shouldAnswerByWhatWasAskedForWhereThatIsKnown() throws Exception {
    publish(Volatility.STATIC);
    byte[] allowed = Frames.connection(17, 1, "10.0.0.9", PORT);
    byte[] denied = Frames.connection(17, 1, "10.0.0.9", DENIED);
    byte[] packet = Frames.udp(1, 4711);
    lab.judge(
        Frames.queued(1, Frames.REWRITTEN, packet, allowed),
        Frames.queued(2, Frames.REWRITTEN, packet, denied),
        Frames.queued(3, Frames.REWRITTEN, packet, allowed),
        Frames.queued(4, Frames.REWRITTEN, packet, denied));
    assertThat(asked).hasValue(2);
    assertThat(lab.queue().answersTo(1)).containsExactly(ACCEPT);
    assertThat(lab.queue().answersTo(2)).containsExactly(DROP);
    assertThat(lab.queue().answersTo(3)).containsExactly(ACCEPT);
    assertThat(lab.queue().answersTo(4)).containsExactly(DROP);
  }

  /** A proof is about where packets go: whoever asks for that itself may be denied it. */
  @Test
  void shouldProveNoSenderByAPacketThatWasRewritten() throws Exception {
    publish(Volatility.STATIC);
    byte[] allowed = Frames.connection(17, 1, "10.0.0.9", PORT);
    for (int id = 1; id <= 3; id++) {
      lab.judge(Frames.queued(id, Frames.REWRITTEN, Frames.udp(1, DENIED), allowed));
      assertThat(lab.queue().answersTo(id)).containsExactly(ACCEPT);
    }
    assertThat(asked).as("known").hasValue(1);
    assertThat(subjects.proven()).isZero();
    lab.judge(Frames.queued(4, Frames.udp(2, PORT)), Frames.queued(5, Frames.udp(2, PORT)));
    assertThat(subjects.proven()).isEqualTo(1);
  }

  private void publish(ReadSet reads) {
    lab.context()
        .publish(
            new ScriptedPolicy(
                1,
                (flow, subject, out) -> {
                  asked.incrementAndGet();
                  out.rest(reads);
                  return Verdict.DENY;
                }));
  }

  /** The lab tells sockets apart by their local port. */
  @Test
  void shouldRefuseAllFlowsOfASocketThatIsRefusedWhereverItSends() throws Exception {
    publish(ReadSet.of(Volatility.PROCESS, Input.PROCESS));
    for (int port = 1; port <= 50; port++) {
      lab.judge(Frames.queued(port, Frames.udp(40000, port)));
      assertThat(lab.queue().answersTo(port)).containsExactly(DROP);
    }
    assertThat(asked).hasValue(1);
    lab.judge(Frames.queued(100, Frames.udp(40001, 1)));
    assertThat(asked).as("another socket").hasValue(2);
    lab.leap(Judge.REFUSED_FOR_NS);
    lab.judge(Frames.queued(101, Frames.udp(40000, 51)));
    assertThat(asked).as("not for long").hasValue(3);
  }

  @Test
  void shouldAskForEachFlowWhereACriterionLooksAtIt() throws Exception {
    publish(ReadSet.of(Volatility.STATIC, Input.PROCESS, Input.REMOTE_PORT));
    for (int port = 11; port <= 15; port++) {
      lab.judge(Frames.queued(port, Frames.udp(40000, port)));
    }
    assertThat(asked).hasValue(5);
  }

  @Test
  void shouldCountWhatTheMatchersMet() throws Exception {
    lab.context()
        .publish(
            new ScriptedPolicy(
                1,
                (flow, subject, out) -> {
                  out.countSkippedUnknown();
                  out.countPluginError();
                  out.countPluginError();
                  return Verdict.ALLOW;
                }));
    lab.judge(Frames.queued(1, Frames.udp(1, PORT)));
    assertThat(lab.count(Situation.UNKNOWN_OPERAND)).isEqualTo(1);
    assertThat(lab.count(Situation.PLUGIN_ERROR)).isEqualTo(2);
  }
}
