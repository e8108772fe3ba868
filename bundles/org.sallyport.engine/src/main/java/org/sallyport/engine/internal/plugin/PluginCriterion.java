// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.text.CriterionException;

/**
 * A plugin's criterion behind a guard: its code runs only where the caller may wait, only while the
 * plugin is here and not in quarantine, and whatever it does ends as an answer. The matcher behind
 * it is replaced when the plugin comes back, under snapshots that are in force.
 */
public final class PluginCriterion implements Question {

  /**
   * The matcher and whose it is; a plugin that was away at compilation gave none yet. One that is
   * data is the engine's own question.
   */
  private record Bound(Stay stay, Matcher matcher, ReadSet reads, Optional<Question> data) {

    /** Whether its answer may be another than it would be if it saw what was asked for. */
    boolean misses(FlowView flow) {
      return !flow.knowsRemote()
          && (reads.inputs().contains(Input.REMOTE_ADDRESS)
              || reads.inputs().contains(Input.REMOTE_PORT));
    }
  }

  /** What was answered elsewhere, and how many faults it cost. */
  private record Answer(Truth truth, int faults) {}

  private final Plugin plugin;
  private final Criterion criterion;
  private final Function<Criterion, Question> builtIn;
  private volatile Bound bound;

  PluginCriterion(
      Plugin plugin, Criterion criterion, Function<Criterion, Question> builtIn, Stay stay) {
    this.plugin = plugin;
    this.criterion = criterion;
    this.builtIn = builtIn;
    this.bound = new Bound(stay, Preparation.NONE_YET, ReadSet.ANYTHING, Optional.empty());
  }

  Criterion criterion() {
    return criterion;
  }

  /**
   * Takes what the plugin has made of the criterion; never waits for it.
   *
   * @throws PluginRefusal if it refuses, failed, has left or is not done
   */
  void bind(Preparation preparation) {
    try {
      Preparation.Made made =
          preparation.result().orElseThrow(() -> refusal("is late with compiling it"));
      bound = new Bound(preparation.stay(), made.matcher(), made.reads(), made.data().map(builtIn));
    } catch (ExecutionException e) {
      throw refusal(e.getCause());
    } catch (CriterionException e) {
      throw e instanceof PluginRefusal ? e : refusal(e);
    }
  }

  private PluginRefusal refusal(Throwable cause) {
    if (cause instanceof PluginRefusal own) {
      return own;
    }
    if (cause instanceof IllegalArgumentException) {
      return new PluginRefusal(criterion.attribute() + ": " + cause.getMessage(), "");
    }
    String how = "failed: " + Faults.inWords(cause);
    plugin.health().failed("compiling " + criterion.attribute() + ": " + how);
    return refusal(how);
  }

  private PluginRefusal refusal(String how) {
    return new PluginRefusal(
        "the plugin " + plugin.name() + ", which provides " + criterion.attribute() + ", " + how,
        "Try again, disable the rule, or mend or remove that plugin.");
  }

  @Override
  public Truth ask(FlowView flow, SubjectView subject, Evaluation out) {
    Bound now = bound;
    if (plugin.health().quarantined()) {
      out.rest(Volatility.PROCESS); // a reset makes a new revision
      out.countPluginError();
      return Truth.UNKNOWN;
    }
    if (now.data().isPresent() && now.stay().awayNs() < graceNs()) {
      return now.data().get().ask(flow, subject, out); // needs nobody's code
    }
    if (now.stay().closed()) {
      return whileAway(now.stay(), out);
    }
    out.rest(now.reads().volatility());
    if (now.misses(flow)) {
      return Truth.UNKNOWN; // it would answer for where the flow goes
    }
    if (!out.mayWait()) {
      return Truth.PENDING; // asked again by a worker, the packet held meanwhile
    }
    if (!now.stay().enter()) {
      return whileAway(now.stay(), out);
    }
    Truth truth;
    try {
      truth = call(now.matcher(), flow, subject);
    } finally {
      now.stay().leave();
    }
    if (truth == null) {
      out.rest(Volatility.VOLATILE);
      out.countPluginError();
      return Truth.UNKNOWN;
    }
    return truth;
  }

  /**
   * The same for a person who waits: the plugin's code runs on its own worker. What is not answered
   * in time is unknown, and a fault of the plugin if it was asked.
   *
   * @param endNs when the person has waited enough, by {@link System#nanoTime}
   * @param flow owned by the caller and never changed, since a late plugin may go on reading it
   * @param subject likewise
   */
  public Truth askUntil(long endNs, Flow flow, Subject subject, Evaluation out) {
    Stay stay = bound.stay();
    if (!isCode() || stay.closed() || plugin.health().quarantined()) {
      return ask(flow, subject, out);
    }
    long restNs = endNs - System.nanoTime();
    if (restNs > 0) {
      FutureTask<Answer> task = new FutureTask<>(() -> answer(flow, subject));
      stay.worker().run(task);
      try {
        Answer answer = task.get(restNs, TimeUnit.NANOSECONDS);
        for (int i = 0; i < answer.faults(); i++) {
          out.countPluginError();
        }
        return answer.truth();
      } catch (TimeoutException e) {
        plugin.health().failed("did not answer an explanation in time");
        task.cancel(true);
        stay.worker().abandon();
      } catch (InterruptedException e) {
        task.cancel(true);
        Thread.currentThread().interrupt();
      } catch (ExecutionException | CancellationException e) {
        // Too much waits for it, or somebody gave it up.
      }
    }
    out.countPluginError();
    return Truth.UNKNOWN;
  }

  private Answer answer(Flow flow, Subject subject) {
    Evaluation own = new Evaluation();
    own.reset();
    own.mayWait(true);
    Truth truth = ask(flow, subject, own);
    return new Answer(truth, own.pluginErrors());
  }

  /** Flows wait for a plugin that may be back at once; past the grace its facts are unknown. */
  private Truth whileAway(Stay stay, Evaluation out) {
    out.rest(Volatility.VOLATILE);
    boolean grace = stay.awayNs() < graceNs();
    return grace ? Truth.PENDING : Truth.UNKNOWN;
  }

  /** Whether answers come from the plugin's code and not from data it handed over. */
  public boolean isCode() {
    return bound.data().isEmpty();
  }

  private long graceNs() {
    return plugin.graceNs();
  }

  /** The plugin's answer, or null if there is none to go by. */
  private Truth call(Matcher matcher, FlowView flow, SubjectView subject) {
    Truth truth = null;
    String fault = "";
    long startNs = System.nanoTime();
    try {
      truth = matcher.test(flow, subject);
      fault = truth == null ? "answered null" : "";
    } catch (Throwable e) { // also what a compiler of another language lets through
      if (Faults.isOurs(e)) {
        throw e;
      }
      fault = Faults.inWords(e);
    }
    long tookNs = System.nanoTime() - startNs;
    if (fault.isEmpty() && tookNs > plugin.limits().late().toNanos()) {
      fault = "answered after " + tookNs / 1_000_000 + " ms";
    }
    plugin.health().ran(tookNs, fault);
    return fault.isEmpty() ? truth : null;
  }

  @Override
  public String describe(FlowView flow, SubjectView subject) {
    Bound now = bound;
    String who = "plugin " + plugin.name() + ": ";
    PluginHealth.Figures figures = plugin.health().figures();
    if (plugin.health().quarantined()) {
      return who
          + "quarantined after "
          + figures.faults()
          + " faults, the last: "
          + figures.lastFault()
          + " (fw:plugin-reset "
          + plugin.name()
          + ")";
    }
    if (now.stay().closed()) {
      boolean grace = now.stay().awayNs() < graceNs();
      return who + (grace ? "pending: it is away and may be back at once" : "away");
    }
    if (now.data().isPresent()) {
      return now.data().get().describe(flow, subject) + ", held against data of " + plugin.name();
    }
    if (now.misses(flow)) {
      return who + "unknown: the peer was rewritten on its way";
    }
    String last = figures.lastFault().isEmpty() ? "" : "; its last fault: " + figures.lastFault();
    return who + "knows " + criterion.attribute() + last;
  }
}
