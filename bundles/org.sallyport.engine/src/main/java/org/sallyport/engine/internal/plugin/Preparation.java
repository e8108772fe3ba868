// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;

/**
 * A plugin compiling a criterion, on its own worker. Made once for each stay of the plugin, since
 * every change of the policy compiles all rules. Thread-safe.
 */
final class Preparation extends FutureTask<Preparation.Made> {

  static final Matcher NONE_YET = (flow, subject) -> Truth.UNKNOWN;

  /**
   * What a plugin makes of a criterion.
   *
   * @param matcher its matcher
   * @param reads what its answers are a function of
   * @param data the criterion on built-in attributes that stands for it; then there is no matcher
   */
  record Made(Matcher matcher, ReadSet reads, Optional<Criterion> data) {}

  private final Stay stay;
  private final Begun begun;
  private final Runnable ready;
  private volatile boolean missed;

  /** When the plugin began, by its clock; 0 while it waits its turn. */
  private static final class Begun {
    private volatile long atNs;
  }

  /**
   * Creates one that has not begun.
   *
   * @param ready told if it succeeds after somebody had to do without
   */
  Preparation(Stay stay, Criterion criterion, Runnable ready) {
    this(stay, criterion, ready, new Begun());
  }

  private Preparation(Stay stay, Criterion criterion, Runnable ready, Begun begun) {
    super(() -> make(stay, criterion, begun));
    this.stay = stay;
    this.begun = begun;
    this.ready = ready;
  }

  private static Made make(Stay stay, Criterion criterion, Begun begun) {
    if (!stay.enter()) {
      throw new PluginRefusal("the plugin has left", "Try again once it is back.");
    }
    begun.atNs = Math.max(stay.nowNs(), 1);
    try {
      Optional<Criterion> data = stay.factory().asData(criterion);
      if (data.isPresent()) {
        return new Made(NONE_YET, ReadSet.ANYTHING, data);
      }
      Matcher matcher = stay.factory().compile(criterion);
      ReadSet reads = matcher == null ? null : matcher.reads();
      if (reads == null) {
        throw new IllegalStateException("no answer");
      }
      return new Made(matcher, reads, data);
    } finally {
      stay.leave();
    }
  }

  Stay stay() {
    return stay;
  }

  /** What came of it, or empty if the caller has to do without for now. */
  Optional<Made> result() throws ExecutionException {
    missed |= !isDone();
    if (!isDone() || isCancelled()) {
      return Optional.empty();
    }
    try {
      return Optional.of(get());
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException("it is done", e);
    }
  }

  /** How long the plugin has been at it, nanoseconds; 0 before and after. */
  long runningNs() {
    long since = begun.atNs;
    return since == 0 || isDone() ? 0 : stay.nowNs() - since;
  }

  @Override
  protected void done() {
    if (missed && succeeded()) {
      ready.run();
    }
  }

  private boolean succeeded() {
    try {
      return result().isPresent();
    } catch (ExecutionException e) {
      return false; // told by the next compilation
    }
  }
}
