// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.sallyport.api.subject.KernelTap;

/**
 * A tap that did not get into the rules, and when it is worth another try: after a minute, then
 * after twice as long each time, ten minutes at most, since each try may write all rules. Changed
 * by the control thread; {@link #problem} may be asked by any.
 */
final class TapTrouble {

  /** How long a tap is left out after it failed first, in seconds. */
  static final long FIRST_S = 60;

  /** How long at most. */
  static final long LONGEST_S = 600;

  private final LongSupplier clockNs;
  private final Consumer<String> log;
  private Optional<KernelTap> failed = Optional.empty();
  private boolean barred;
  private long failedNs;
  private long pauseNs;
  private volatile Optional<String> problem = Optional.empty();

  /**
   * Knows of no trouble.
   *
   * @param clockNs monotonic time, nanoseconds
   * @param log takes what went wrong, once for each reason
   */
  TapTrouble(LongSupplier clockNs, Consumer<String> log) {
    this.clockNs = clockNs;
    this.log = log;
  }

  /** The kernel did not take rules with the tap: it is left out for a while. */
  void refused(KernelTap tap, String why) {
    failed(tap, why);
    barred = true;
  }

  /** The tap has no pin that a rule could name: tried again with whatever is written next. */
  void notPinned(KernelTap tap, String why) {
    failed(tap, why);
    barred = false;
  }

  private void failed(KernelTap tap, String why) {
    boolean again = failed.filter(tap::equals).isPresent();
    long longestNs = TimeUnit.SECONDS.toNanos(LONGEST_S);
    pauseNs = again ? Math.min(2 * pauseNs, longestNs) : TimeUnit.SECONDS.toNanos(FIRST_S);
    failed = Optional.of(tap);
    failedNs = clockNs.getAsLong();
    if (problem.filter(why::equals).isEmpty()) {
      log.accept(why);
    }
    problem = Optional.of(why);
  }

  /** There is no trouble, or it is of no interest any more. */
  void over() {
    failed = Optional.empty();
    problem = Optional.empty();
  }

  /** Another tap is to stand in the rules, or none: then a failure of an earlier one is over. */
  void concerns(Optional<KernelTap> tap) {
    if (failed.isPresent() && !failed.equals(tap)) {
      over();
    }
  }

  /** Whether the tap may be tried. */
  boolean mayTry(KernelTap tap) {
    return !barred || failed.filter(tap::equals).isEmpty() || isDue();
  }

  /** Whether a tap that failed is worth another try. */
  boolean isDue() {
    return failed.isPresent() && clockNs.getAsLong() - failedNs >= pauseNs;
  }

  /** What is wrong, a sentence; empty if nothing is. */
  Optional<String> problem() {
    return problem;
  }
}
