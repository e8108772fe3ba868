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
import org.sallyport.kernel.bpf.PinFolder;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.nfqueue.internal.loop.AgentReport;

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

  /** Longer than a flow may wait for its subject or a plugin; not so long that a switch hangs. */
  private static final long RETIRE_MS = 6000;

  private final Frame frame;
  private final Consumer<String> log;
  private final QueueSection section;
  private final AgentReport report = new AgentReport();
  private volatile Optional<QueueSession> session = Optional.empty();
  private volatile List<String> conflicts = List.of();
  private Optional<Enforcement> prepared = Optional.empty();
  private Optional<Enforcement> searched = Optional.empty();
  private volatile boolean stopsForGood;

  /**
   * Does nothing yet.
   *
   * @param frame where the rules are that lead to the queue
   * @param log takes what went wrong in the packet plane, a line each
   */
  NfqueueBackend(Frame frame, Consumer<String> log) {
    this.frame = frame;
    this.log = log;
    section =
        new QueueSection(
            NAME, frame, kept -> PinFolder.ofNamespace().clear(kept), System::nanoTime, log);
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
      return frame.generation();
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
      if (frame.generation().isEmpty()) {
        section.stage(context);
        commit(context, alone(order)); // whoever else is in the stack knows no policy yet
      }
    } catch (IOException | NetfilterException e) {
      throw new BackendException("nfqueue cannot stand guard: " + e.getMessage(), e);
    }
  }

  /** The agent's refusals bind before the rules rely on them; while observing, none ever does. */
  @Override
  public void prepare(BackendContext context, Enforcement order) throws BackendException {
    prepared = Optional.empty();
    if (QueueSection.passesUnseen(order)) {
      section.expectUnseen();
    }
    try {
      QueueSession agent = listen(context, order);
      if (order.mode() == Mode.ENFORCE) {
        agent.follow(order);
      }
    } catch (IOException e) {
      throw new BackendException("nfqueue cannot listen: " + e.getMessage(), e);
    }
    section.stage(context);
    prepared = Optional.of(order);
  }

  @Override
  public void enforce(BackendContext context, Enforcement order) throws BackendException {
    stopsForGood = order.shuttingDown();
    if (prepared.filter(order::equals).isEmpty() || !isListening()) {
      prepare(context, order);
    }
    prepared = Optional.empty();
    try {
      commit(context, order.stack().isEmpty() ? alone(order) : order);
      if (order.mode() == Mode.OBSERVE) {
        listen(context, order).follow(order);
      }
    } catch (IOException
        | NetfilterException
        | IllegalStateException
        | IllegalArgumentException e) {
      throw new BackendException("nfqueue cannot enforce: " + e.getMessage(), e);
    }
  }

  private static Enforcement alone(Enforcement order) {
    return with(order, order.generation(), List.of(NAME));
  }

  private static Enforcement with(Enforcement order, int generation, List<String> stack) {
    return new Enforcement(
        order.mode(),
        generation,
        order.failModes(),
        order.loopback(),
        order.hooked(),
        order.shuttingDown(),
        stack,
        order.program());
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
    section.expectUnseen(context);
    QueueSession started = QueueSession.start(context, order, report);
    session = Optional.of(started);
    return started;
  }

  /** Who else uses our bits is looked for again whenever more than the policy changes. */
  private void commit(BackendContext context, Enforcement order) {
    section.commit(context, order);
    Optional<Enforcement> looked = Optional.of(with(order, 1, order.stack()));
    if (!searched.equals(looked)) {
      conflicts = frame.conflicts(context.marks());
      searched = looked;
    }
  }

  /** The packets that wait are answered by the last policy this backend was given. */
  @Override
  public void retire() throws BackendException {
    if (frame.inForce().isEmpty() || frame.backends().contains(NAME)) {
      throw new BackendException("rules may lead to the queue: it must not be given up", null);
    }
    frame.unstage(NAME);
    section.removed();
    forget();
    end(
        agent -> {
          long left = agent.retire(RETIRE_MS);
          if (left > 0) {
            log.accept(left + " packets found no answer before the queue was given up");
          }
        });
  }

  /** Rules first: without them nobody needs a listener. */
  @Override
  public void disarm() throws BackendException {
    forget();
    try {
      frame.unstage(NAME);
      frame.remove();
      section.removed();
    } catch (NetfilterException e) {
      throw new BackendException("our rules could not be removed: " + e.getMessage(), e);
    }
    end(QueueSession::close);
  }

  private void forget() {
    prepared = Optional.empty();
    searched = Optional.empty();
    conflicts = List.of();
  }

  private boolean isListening() {
    return session.filter(QueueSession::isAlive).isPresent();
  }

  @Override
  public boolean wantsAnotherTry() {
    return section.wantsAnotherTry();
  }

  @Override
  public BackendHealth health() {
    report.errors().drain(log);
    Optional<QueueSession> agent = session;
    boolean listening = agent.filter(QueueSession::isAlive).isPresent();
    boolean led = frame.backends().contains(NAME);
    List<String> problems = new ArrayList<>(conflicts);
    section.problem().ifPresent(problems::add);
    agent
        .flatMap(QueueSession::failure)
        .ifPresent(e -> problems.add("the packet agent ended: " + e + "; nobody listens"));
    long silentMs = report.heartbeat().silentNs(System.nanoTime()) / NS_PER_MS;
    if (listening && silentMs > SILENCE_MS) {
      problems.add("the packet agent has judged nothing for " + silentMs + " ms: it hangs");
    }
    if (led && agent.isEmpty()) {
      problems.add("rules stand in the kernel and nobody listens");
    }
    boolean intact = led && readBack(problems);
    boolean active = listening && intact;
    return new BackendHealth(active, problems, report.figures().toString());
  }

  /**
   * One rule less may let packets pass that nobody judged: the proof stands before the queue. So
   * rules that differ, or cannot be read, are not enforcing, and whoever asks writes them anew.
   */
  private boolean readBack(List<String> problems) {
    try {
      List<String> differences = frame.differences();
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
    end(stopsForGood ? QueueSession::close : QueueSession::handOver);
  }

  /** Stops listening and leaves the rules: from here on the fail mode of the last order holds. */
  @Override
  public void close() {
    end(QueueSession::close);
  }

  private void end(Consumer<QueueSession> how) {
    Optional<QueueSession> current = session;
    session = Optional.empty();
    current.ifPresent(how);
    report.errors().drain(log);
  }
}
