// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Arrays;
import java.util.Set;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;

/**
 * Where a snapshot writes its answer; made once per thread and used again for each flow. Confined
 * to one thread.
 */
public final class Evaluation {

  private Decision decision;
  private boolean pending;
  private boolean mayWait;
  private boolean restsOnUnknown;
  private Volatility volatility = Volatility.STATIC;
  private boolean readsDeclared;
  private boolean readsFlow;
  private int skippedUnknown;
  private int pluginErrors;
  private RuleCounter[] logCounters = new RuleCounter[4];
  private String[] logRuleIds = new String[4];
  private int logs;

  /** Creates an empty evaluation. */
  public Evaluation() {}

  /** Forgets the last answer; called by the snapshot first. */
  public void reset() {
    decision = null;
    pending = false;
    volatility = Volatility.STATIC;
    readsDeclared = false;
    readsFlow = false;
    restsOnUnknown = false;
    skippedUnknown = 0;
    pluginErrors = 0;
    logs = 0;
  }

  /**
   * Sets the answer; called by the snapshot last.
   *
   * @param answer the decision
   */
  public void decide(Decision answer) {
    decision = answer;
  }

  /** Notes that the answer rests on a fact that is on its way; called by the snapshot. */
  public void markPending() {
    pending = true;
  }

  /**
   * Says whether the flow can wait for matchers that are not ours: true on a worker's thread, false
   * (as at the start) on the thread that serves packets, where such a matcher is pending. Survives
   * {@link #reset}.
   *
   * @param value whether plugins may be asked
   */
  public void mayWait(boolean value) {
    mayWait = value;
  }

  /**
   * Whether plugins may be asked; see {@link #mayWait(boolean)}.
   *
   * @return true on a worker's thread
   */
  public boolean mayWait() {
    return mayWait;
  }

  /**
   * Notes what a criterion asked on the way rests on; called by the snapshot.
   *
   * @param criterion everything its answer is a function of
   */
  public void rest(ReadSet criterion) {
    readsDeclared = true;
    readsFlow = readsFlow || readsFlow(criterion.inputs());
    extend(criterion.volatility());
  }

  private static boolean readsFlow(Set<Input> inputs) {
    return inputs.contains(Input.REMOTE_ADDRESS)
        || inputs.contains(Input.REMOTE_PORT)
        || inputs.contains(Input.LOCAL_ADDRESS)
        || inputs.contains(Input.LOCAL_PORT)
        || inputs.contains(Input.INTERFACE)
        || inputs.contains(Input.ICMP_TYPE);
  }

  /**
   * Notes for how long the answer of a criterion asked on the way holds, when all that it looks at
   * is not said; called by the snapshot.
   *
   * @param criterion for how long its answer holds
   */
  public void rest(Volatility criterion) {
    readsFlow = true;
    extend(criterion);
  }

  private void extend(Volatility criterion) {
    if (criterion.compareTo(volatility) > 0) {
      volatility = criterion;
    }
  }

  /**
   * For how long the answer holds for this flow of this socket: as long as the shortest-lived
   * criterion that was asked up to the deciding rule.
   *
   * @return {@link Volatility#VOLATILE} if it must not be kept
   */
  public Volatility volatility() {
    return volatility;
  }

  /**
   * Whether the answer is the same for all flows of the socket, in the same direction and protocol:
   * every criterion asked up to the deciding rule said what it looks at, and none looks at
   * addresses, ports, interface or ICMP type.
   *
   * @return false unless that is certain
   */
  public boolean isForWholeSocket() {
    return readsDeclared && !readsFlow;
  }

  /** Notes that a plugin threw, was late or answered nonsense; called by the snapshot. */
  public void countPluginError() {
    pluginErrors++;
  }

  /**
   * How often a plugin failed on the way.
   *
   * @return at least 0
   */
  public int pluginErrors() {
    return pluginErrors;
  }

  /**
   * Notes that the answer may rest on what is not known: a rule was asked although a fact is
   * unknown; called by the snapshot.
   */
  public void restOnUnknown() {
    restsOnUnknown = true;
  }

  /**
   * Whether a refusing rule applied, or was passed by, although a fact is unknown: knowing more
   * might have given another answer.
   *
   * @return true if the answer is not certain
   */
  public boolean restsOnUnknown() {
    return restsOnUnknown || pending || skippedUnknown > 0;
  }

  /** Notes that a refusing rule was skipped because a fact is unknown; called by the snapshot. */
  public void countSkippedUnknown() {
    skippedUnknown++;
  }

  /**
   * Notes that a log rule matched; called by the snapshot.
   *
   * @param ruleId the rule's id
   * @param counter its counter
   */
  public void addLog(String ruleId, RuleCounter counter) {
    if (logs == logRuleIds.length) {
      logRuleIds = Arrays.copyOf(logRuleIds, logs * 2);
      logCounters = Arrays.copyOf(logCounters, logs * 2);
    }
    logRuleIds[logs] = ruleId;
    logCounters[logs++] = counter;
  }

  /**
   * The answer.
   *
   * @return the decision
   * @throws IllegalStateException if no snapshot has answered since {@link #reset}
   */
  public Decision decision() {
    if (decision == null) {
      throw new IllegalStateException("no snapshot has answered");
    }
    return decision;
  }

  /**
   * Whether a fact on its way may change the answer; then the flow waits for it.
   *
   * @return true if the answer is provisional
   */
  public boolean pending() {
    return pending;
  }

  /**
   * How many refusing rules were skipped because a fact is unknown.
   *
   * @return at least 0
   */
  public int skippedUnknown() {
    return skippedUnknown;
  }

  /**
   * How many log rules matched on the way.
   *
   * @return at least 0
   */
  public int logCount() {
    return logs;
  }

  /**
   * A log rule that matched.
   *
   * @param index 0 to {@link #logCount} - 1
   * @return its id
   */
  public String logRuleId(int index) {
    return logRuleIds[index];
  }

  /**
   * A matching log rule's counter.
   *
   * @param index 0 to {@link #logCount} - 1
   * @return the counter
   */
  public RuleCounter logCounter(int index) {
    return logCounters[index];
  }
}
