// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Optional;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;

/**
 * One worker of a {@link QuestionDesk}, on a thread of its own: finds out who sends, and asks the
 * policy with all the time a plugin may take. It writes what it does into volatile fields, by which
 * the agent sees whether it hangs.
 */
final class QuestionWorker {

  private final DistinctErrors errors;
  private final QuestionDesk desk;
  private final SnapshotReader policy;
  private final SubjectFinder subjects;
  private final Thread thread;
  private volatile Optional<Question> current = Optional.empty();
  private volatile boolean mayAskPlugins = true;
  private volatile boolean stopped;

  private QuestionWorker(
      String name, BackendContext context, DistinctErrors errors, QuestionDesk desk) {
    this.errors = errors;
    this.desk = desk;
    policy = context.onlooker(name); // what it says of an older revision counts no more
    subjects = new SubjectFinder(context::subjects, context.swapGrace(), errors, System.nanoTime());
    thread = new Thread(this::work, name);
    thread.setDaemon(true);
  }

  /** Starts a worker. */
  static QuestionWorker start(
      String name, BackendContext context, DistinctErrors errors, QuestionDesk desk) {
    QuestionWorker worker = new QuestionWorker(name, context, errors, desk);
    worker.thread.start();
    return worker;
  }

  private void work() {
    try (subjects;
        policy) {
      while (!stopped) {
        Question question = desk.take();
        if (question.isSettled() || question.deadlineNs() - System.nanoTime() <= 0) {
          continue; // nobody waits for it any more
        }
        current = Optional.of(question);
        Answer answer = answer(question);
        current = Optional.empty();
        if (!stopped) {
          desk.answer(answer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to stop
    }
  }

  private Answer answer(Question question) {
    question.take();
    subjects.refresh(System.nanoTime());
    if (subjects.isAway()) {
      return Answer.nobodyAsked(question);
    }
    SubjectView subject = search(question);
    if (subject.kind() == SubjectKind.UNKNOWN && subjects.isOutdated()) {
      return Answer.nobodyAsked(question);
    }
    boolean lasting = question.found().filter(found -> found == subject).isPresent();
    Optional<Answer.Ruling> ruling = ask(question, subject);
    if (lasting || subject.kind() == SubjectKind.UNKNOWN) {
      return new Answer(question, subject, true, ruling);
    }
    Fact<Executable> unused = subject.executable(); // people want to know the program, asked or not
    return new Answer(question, subject.seen(), false, ruling);
  }

  /** What an earlier search found is found at once; who is gone by now was perhaps seen before. */
  private SubjectView search(Question question) {
    try {
      SubjectView known = subjects.findNow(question.packet());
      if (known.kind() != SubjectKind.PENDING && known.kind() != SubjectKind.UNKNOWN) {
        return known;
      }
      SubjectView subject = subjects.find(question.packet(), question.deadlineNs());
      if (subject.kind() != SubjectKind.UNKNOWN) {
        question.found(subject);
        return subject;
      }
      return question.found().orElse(subject);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      if (!subjects.isOutdated()) {
        errors.record("a source of subjects threw", e);
      }
      return UnknownSubject.of(question.packet(), "the source of subjects failed");
    }
  }

  private Optional<Answer.Ruling> ask(Question question, SubjectView subject) {
    Evaluation evaluation = new Evaluation();
    evaluation.mayWait(mayAskPlugins);
    try {
      Optional<PolicySnapshot> snapshot = policy.begin();
      snapshot.ifPresent(s -> s.decide(question.packet(), subject, evaluation));
      return snapshot.map(s -> new Answer.Ruling(evaluation, s.revision()));
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      errors.record("a held flow could not be judged", e);
      return Optional.empty();
    } finally {
      policy.end();
    }
  }

  /** Whether it is still busy with a question whose deadline passed long ago. */
  boolean hangs(long nowNs, long graceNs) {
    return current.filter(q -> nowNs - q.deadlineNs() > graceNs).isPresent();
  }

  void mayAskPlugins(boolean value) {
    mayAskPlugins = value;
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Ends the worker, at once or whenever it comes back. No change of the policy waits for it. */
  void stop() {
    stopped = true;
    policy.close();
    thread.interrupt();
  }

  /** Ends a worker that hangs; its place in the code goes to the log. */
  void giveUp() {
    IllegalStateException where = new IllegalStateException(thread.getName());
    where.setStackTrace(thread.getStackTrace());
    errors.record("a worker hangs and is given up", where);
    stop();
  }
}
