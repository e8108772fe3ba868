// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.nfqueue.internal.loop.ScriptedQueue.Answer;

/** An agent between scripted queues and a scripted policy, run by the test's own thread. */
final class AgentLab implements AutoCloseable {

  static final Answer ACCEPT = new Answer(4, 0);
  static final Answer DROP = new Answer(0, 0);
  static final Answer REPEAT = new Answer(4, 0x80000000);
  static final long SECOND_NS = 1_000_000_000L;
  static final long DEADLINE_NS = 2 * SECOND_NS;

  private static final long PATIENCE_NS = 20 * SECOND_NS;

  private final ScriptedQueue queue = new ScriptedQueue();
  private final TestContext context = new TestContext();
  private final AgentReport report = new AgentReport();
  private final AgentOrders orders;
  private final NfqueueAgent agent;
  private long leapNs;
  private long frozenNs;

  AgentLab(Mode mode, FailModes modes, Optional<SubjectSource> source) {
    orders = new AgentOrders(order(mode, modes));
    context.setSubjects(source);
    agent =
        new NfqueueAgent(
            queue,
            context,
            new AgentSettings(16, 64, 1, DEADLINE_NS),
            orders,
            report,
            new CycleClock(this::nowNs, () -> 1_000L));
  }

  private static Enforcement order(Mode mode, FailModes modes) {
    return new Enforcement(mode, 1, modes, false, EnumSet.of(Direction.OUT), false);
  }

  ScriptedQueue queue() {
    return queue;
  }

  TestContext context() {
    return context;
  }

  AgentReport report() {
    return report;
  }

  NfqueueAgent agent() {
    return agent;
  }

  long count(Situation situation) {
    return context.failures().get(situation);
  }

  long count(AgentFigure figure) {
    return report.figures().get(figure);
  }

  private long nowNs() {
    return (frozenNs == 0 ? System.nanoTime() : frozenNs) + leapNs;
  }

  /** From now on time passes for the agent by {@link #leap} only, however slow the machine is. */
  void freeze() {
    frozenNs = System.nanoTime();
  }

  /** Lets time pass for the agent; workers do not notice. */
  void leap(long ns) {
    leapNs += ns;
  }

  /** Runs the agent until nothing comes in any more. */
  void judge(byte[]... messages) throws IOException {
    queue.deliver(messages);
    int received;
    do { // what is parked arrives in the next cycle
      received = agent.doWork();
    } while (received > 0);
  }

  /** A fact that comes about while the agent works. */
  interface Fact {
    boolean holds() throws Exception;
  }

  /** Runs the agent until something has come about. */
  void judgeUntil(String what, Fact fact) throws Exception {
    long deadlineNs = System.nanoTime() + PATIENCE_NS;
    while (!fact.holds()) {
      assertThat(System.nanoTime() - deadlineNs).as(what).isNegative();
      agent.doWork();
      Thread.onSpinWait();
    }
  }

  /** Runs the agent until a packet has its verdict. */
  Answer answerTo(int id) throws Exception {
    judgeUntil("an answer to " + id, () -> !queue.answersTo(id).isEmpty());
    assertThat(queue.answersTo(id)).hasSize(1);
    return queue.answersTo(id).get(0);
  }

  @Override
  public void close() {
    agent.close();
  }
}
