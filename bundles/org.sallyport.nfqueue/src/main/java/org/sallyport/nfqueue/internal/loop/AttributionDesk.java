// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/**
 * Workers that search for subjects while the agent goes on. Questions go in and answers come back
 * through bounded queues; a full one is told to who asks, or counted. One agent asks and drains.
 */
final class AttributionDesk implements AutoCloseable {

  private static final int QUESTIONS_PER_WORKER = 512;

  private final BlockingQueue<Question> questions;
  private final BlockingQueue<Answer> answers;
  private final Supplier<Optional<SubjectSource>> sources;
  private final DistinctErrors errors;
  private final Runnable wakeAgent;
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean closed;

  /**
   * What a worker found.
   *
   * @param question what was asked
   * @param subject who it is; of kind UNKNOWN if that was not found out
   */
  record Answer(Question question, SubjectView subject) {}

  /**
   * Starts the workers.
   *
   * @param workerCount how many, 1 or more
   * @param sources the best source of subjects now
   * @param errors where failures go
   * @param wakeAgent called when an answer is there
   */
  AttributionDesk(
      int workerCount,
      Supplier<Optional<SubjectSource>> sources,
      DistinctErrors errors,
      Runnable wakeAgent) {
    this.sources = sources;
    this.errors = errors;
    this.wakeAgent = wakeAgent;
    questions = new ArrayBlockingQueue<>(workerCount * QUESTIONS_PER_WORKER);
    answers = new ArrayBlockingQueue<>(workerCount * QUESTIONS_PER_WORKER);
    for (int i = 1; i <= workerCount; i++) {
      Thread worker = new Thread(this::work, "sallyport-attribution-" + i);
      worker.setDaemon(true);
      workers.add(worker);
      worker.start();
    }
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

  private void work() {
    try (SubjectFinder finder = new SubjectFinder(sources, errors)) {
      while (!closed) {
        Question question = questions.take();
        finder.refresh(System.nanoTime());
        Answer answer = new Answer(question, search(finder, question));
        // blocks only while the agent is busier than all workers; its deadline covers the rest
        answers.put(answer);
        wakeAgent.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private SubjectView search(SubjectFinder finder, Question question) {
    try {
      return finder.find(question.packet(), question.deadlineNs());
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      errors.record("a source of subjects threw", e);
      return UnknownSubject.of(question.packet(), "the source of subjects failed");
    }
  }

  /** Stops the workers; one that is deep in a search ends when its deadline passes. */
  @Override
  public void close() {
    closed = true;
    workers.forEach(Thread::interrupt);
  }
}
