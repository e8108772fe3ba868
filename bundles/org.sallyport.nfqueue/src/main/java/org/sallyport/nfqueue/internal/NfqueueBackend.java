// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.nfqueue.internal.chain.ChainOrder;
import org.sallyport.nfqueue.internal.chain.KernelChains;
import org.sallyport.nfqueue.internal.loop.AgentReport;
import org.sallyport.nfqueue.internal.revoke.Revoker;

/**
 * The backend {@code nfqueue}. The agent is there before the rules that lead to it, and its
 * refusals bind before the rules rely on them; they stop binding only after the rules have stopped
 * too. So whichever step fails, what holds is the state before or a stricter one.
 *
 * <p>The control thread changes it; {@link #health} may be asked by any thread.
 */
final class NfqueueBackend implements Backend, AutoCloseable {

  /** The backend's name. */
  static final String NAME = "nfqueue";

  /** An idle agent wakes four times a second. */
  private static final long SILENCE_MS = 2000;

  private static final long NS_PER_MS = 1_000_000;

  private final KernelChains chains;
  private final Consumer<String> log;
  private final AgentReport report = new AgentReport();
  private final Revoker revoker = new Revoker(report.errors());
  private volatile Optional<QueueSession> session = Optional.empty();
  private volatile List<String> conflicts = List.of();
  private volatile boolean stopsForGood;

  /**
   * Does nothing yet.
   *
   * @param netfilter the writer of rules
   * @param log takes what went wrong in the packet plane, a line each
   */
  NfqueueBackend(Netfilter netfilter, Consumer<String> log) {
    this.chains = new KernelChains(netfilter);
    this.log = log;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Direction> directions() {
    return EnumSet.allOf(Direction.class);
  }

  @Override
  public OptionalInt generationInKernel() throws BackendException {
    try {
      return chains.generation();
    } catch (NetfilterException e) {
      throw new BackendException("our rules could not be read: " + e.getMessage(), e);
    }
  }

  /**
   * The queues first: what rules of an earlier daemon lead to them waits there from now on. Those
   * rules stay; only where there are none of ours a chain is made that leads everything new here.
   */
  @Override
  public void guard(BackendContext context, Enforcement order) throws BackendException {
    try {
      listen(context, order);
      if (chains.generation().isEmpty()) {
        commit(ChainOrder.of(order, context.marks(), context.queueNumber()));
      }
    } catch (IOException | NetfilterException e) {
      throw new BackendException("nfqueue cannot stand guard: " + e.getMessage(), e);
    }
  }

  @Override
  public void enforce(BackendContext context, Enforcement order) throws BackendException {
    stopsForGood = order.shuttingDown();
    try {
      QueueSession agent = listen(context, order);
      if (order.mode() == Mode.ENFORCE) {
        agent.follow(order);
      }
      commit(ChainOrder.of(order, context.marks(), context.queueNumber()));
      if (order.mode() == Mode.OBSERVE) {
        agent.follow(order);
        revoker.callOff();
      } else {
        revoker.review(context, order);
      }
    } catch (IOException | NetfilterException e) {
      throw new BackendException("nfqueue cannot enforce: " + e.getMessage(), e);
    }
  }

  /**
   * The agent that runs, or a new one. While observing a new one refuses nothing from its first
   * packet on: nobody knows yet which rules lead to it. One that enforced goes on refusing until
   * its rules are known to be open.
   */
  private QueueSession listen(BackendContext context, Enforcement order) throws IOException {
    Optional<QueueSession> current = session;
    if (current.isPresent() && current.get().isAlive()) {
      return current.get();
    }
    current.ifPresent(QueueSession::close);
    QueueSession started = QueueSession.start(context, order, report);
    session = Optional.of(started);
    return started;
  }

  private void commit(ChainOrder order) {
    boolean policyOnly =
        chains.inForce().filter(now -> now.differsInGenerationOnly(order)).isPresent();
    chains.commit(order);
    if (!policyOnly) {
      conflicts = chains.conflicts(order.marks());
    }
  }

  /** Rules first: without them nobody needs a listener. */
  @Override
  public void disarm() throws BackendException {
    revoker.callOff();
    try {
      chains.remove();
    } catch (NetfilterException e) {
      throw new BackendException("our rules could not be removed: " + e.getMessage(), e);
    }
    end(QueueSession::close);
  }

  @Override
  public BackendHealth health() {
    report.errors().drain(log);
    Optional<QueueSession> agent = session;
    boolean listening = agent.isPresent() && agent.get().isAlive();
    List<String> problems = new ArrayList<>(conflicts);
    agent
        .flatMap(QueueSession::failure)
        .ifPresent(e -> problems.add("the packet agent ended: " + e + "; nobody listens"));
    long silentMs = report.heartbeat().silentNs(System.nanoTime()) / NS_PER_MS;
    if (listening && silentMs > SILENCE_MS) {
      problems.add("the packet agent has judged nothing for " + silentMs + " ms: it hangs");
    }
    if (chains.inForce().isPresent() && agent.isEmpty()) {
      problems.add("rules stand in the kernel and nobody listens");
    }
    boolean intact = chains.inForce().isPresent() && readBack(problems);
    boolean active = listening && intact;
    return new BackendHealth(active, problems, report.figures() + ", revoked " + revoker.revoked());
  }

  /**
   * One rule less may let packets pass that nobody judged: the proof stands before the queue. So
   * rules that differ, or cannot be read, are not enforcing, and whoever asks writes them anew.
   */
  private boolean readBack(List<String> problems) {
    try {
      List<String> differences = chains.differences();
      problems.addAll(differences);
      return differences.isEmpty();
    } catch (NetfilterException e) {
      problems.add("our rules could not be read: " + e.getMessage());
      return false;
    }
  }

  /**
   * Stops serving the queues and leaves the rules: the next instance goes on where this ended,
   * unless the daemon is stopping.
   */
  void handOver() {
    revoker.close();
    end(stopsForGood ? QueueSession::close : QueueSession::handOver);
  }

  /** Stops listening and leaves the rules: from here on the fail mode of the last order holds. */
  @Override
  public void close() {
    revoker.close();
    end(QueueSession::close);
  }

  private void end(Consumer<QueueSession> how) {
    Optional<QueueSession> current = session;
    session = Optional.empty();
    current.ifPresent(how);
    report.errors().drain(log);
  }
}
