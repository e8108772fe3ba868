// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.attribute.Question;

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
  private record Bound(
      Stay stay, Matcher matcher, Volatility volatility, Optional<Question> data) {}

  private static final Matcher NONE_YET = (flow, subject) -> Truth.UNKNOWN;

  private final Plugin plugin;
  private final Criterion criterion;
  private final Function<Criterion, Question> builtIn;
  private volatile Bound bound;

  PluginCriterion(
      Plugin plugin, Criterion criterion, Function<Criterion, Question> builtIn, Stay stay) {
    this.plugin = plugin;
    this.criterion = criterion;
    this.builtIn = builtIn;
    this.bound = new Bound(stay, NONE_YET, Volatility.VOLATILE, Optional.empty());
  }

  /**
   * Has the plugin compile the criterion, on a thread that can be left behind: a plugin that hangs
   * must not take the control thread with it.
   *
   * @throws PluginRefusal if it refuses, fails, takes too long or is not here
   */
  void bind(Stay stay) {
    if (!stay.enter()) {
      throw new PluginRefusal(plugin.name() + " has left", "Try again once it is back.");
    }
    FutureTask<Bound> task = new FutureTask<>(() -> compiled(stay));
    Thread thread = new Thread(task, "sallyport-plugin-" + plugin.name());
    thread.setDaemon(true);
    thread.start();
    try {
      bound = task.get(plugin.limits().compile().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      plugin.health().quarantine("compiling " + criterion.attribute() + " took too long");
      throw refusal("took too long");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refusal("was not waited for");
    } catch (ExecutionException e) {
      throw refusal(e.getCause());
    }
  }

  private Bound compiled(Stay stay) {
    try {
      Optional<Question> data = stay.factory().asData(criterion).map(builtIn);
      if (data.isPresent()) {
        return new Bound(stay, NONE_YET, Volatility.VOLATILE, data);
      }
      Matcher matcher = stay.factory().compile(criterion);
      ReadSet reads = matcher == null ? null : matcher.reads();
      if (reads == null) {
        throw new IllegalStateException("no answer");
      }
      return new Bound(stay, matcher, reads.volatility(), Optional.empty());
    } finally {
      stay.leave();
    }
  }

  private PluginRefusal refusal(Throwable cause) {
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
        "Disable the rule, or mend or remove that plugin.");
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
    out.rest(now.volatility());
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
    return plugin.limits().swapGrace().toNanos();
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
    String last = figures.lastFault().isEmpty() ? "" : "; its last fault: " + figures.lastFault();
    return who + "knows " + criterion.attribute() + last;
  }
}
