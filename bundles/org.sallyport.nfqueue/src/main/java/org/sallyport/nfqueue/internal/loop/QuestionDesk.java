// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.sallyport.api.backend.BackendContext;

/**
 * Workers that find subjects and ask the policy while the agent goes on. Questions go in and
 * answers come back through bounded queues. A worker that does not come back by its question's
 * deadline is given up and replaced; after {@value #MOST_GIVEN_UP} that still hang, plugins are not
 * asked any more until some of them return. One agent asks, drains and looks after the workers.
 */
final class QuestionDesk implements AutoCloseable {

  /** How many threads may hang in foreign code before no more are put at risk. */
  static final int MOST_GIVEN_UP = 8;

  /** A search ends at its deadline by itself; what does not within this time hangs. */
  static final long GRACE_NS = 250_000_000L;

  private final BackendContext context;
  private final AgentReport report;
  private final Runnable wakeAgent;
  private final BlockingQueue<Question> questions;
  private final BlockingQueue<Answer> answers;
  private final List<QuestionWorker> workers = new ArrayList<>();
  private final List<QuestionWorker> givenUp = new ArrayList<>();
  private int made;

  /**
   * Starts the workers.
   *
   * @param settings how many workers and questions
   * @param context the bridges
   * @param report where failures go
   * @param wakeAgent called when an answer is there
   */
  QuestionDesk(
      AgentSettings settings, BackendContext context, AgentReport report, Runnable wakeAgent) {
    this.context = context;
    this.report = report;
    this.wakeAgent = wakeAgent;
    questions = new ArrayBlockingQueue<>(settings.maxHeldPackets());
    answers = new ArrayBlockingQueue<>(settings.maxHeldPackets());
    for (int i = 0; i < settings.workers(); i++) {
      workers.add(startWorker());
    }
  }

  private QuestionWorker startWorker() {
    made++;
    String name = "sallyport-nfqueue-" + context.queueNumber() + "-worker-" + made;
    return QuestionWorker.start(name, context, report.errors(), this);
  }

  /**
   * Asks.
   *
   * @return false if too many questions wait already
   */
  boolean ask(Question question) {
    return questions.offer(question);
  }

  /** Whether {@link #next} has an answer. */
  boolean hasAnswer() {
    return !answers.isEmpty();
  }

  /** The next answer; ask only if {@link #hasAnswer}, and on the agent's thread only. */
  Answer next() {
    return answers.remove();
  }

  /** For a worker: the next question. */
  Question take() throws InterruptedException {
    return questions.take();
  }

  /** For a worker; blocks only while the agent is busier than all workers. */
  void answer(Answer answer) throws InterruptedException {
    answers.put(answer);
    wakeAgent.run();
  }

  /** Gives up workers that hang, and replaces them as long as not too many do. */
  void lookAfter(long nowNs) {
    givenUp.removeIf(worker -> !worker.isAlive());
    for (int i = workers.size() - 1; i >= 0; i--) {
      if (workers.get(i).hangs(nowNs, GRACE_NS)) {
        QuestionWorker stuck = workers.remove(i);
        givenUp.add(stuck);
        stuck.giveUp();
        report.figures().count(AgentFigure.WORKERS_GIVEN_UP);
        if (givenUp.size() <= MOST_GIVEN_UP) {
          workers.add(startWorker());
        }
      }
    }
    boolean mayAskPlugins = givenUp.size() < MOST_GIVEN_UP;
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).mayAskPlugins(mayAskPlugins);
    }
  }

  /** Whether so many workers hang that plugins are not asked: what waits for one is unknown. */
  boolean isWorn() {
    return givenUp.size() >= MOST_GIVEN_UP;
  }

  /** Stops the workers; one that is deep in a search ends when its deadline passes. */
  @Override
  public void close() {
    workers.forEach(QuestionWorker::stop);
  }
}
