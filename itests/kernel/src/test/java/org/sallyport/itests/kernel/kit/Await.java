// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition, never for a time. */
public final class Await {

  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /** A condition that may fail to be looked at, which counts as not met. */
  public interface Condition {
    /** Whether it holds now. */
    boolean holds() throws Exception;
  }

  /** Returns once the condition holds; fails after the deadline. */
  public static void until(String what, Duration deadline, Condition condition) {
    until(what, deadline, condition, () -> "");
  }

  /** The same; tells more about the failure. */
  public static void until(
      String what, Duration deadline, Condition condition, Supplier<String> more) {
    long endNs = System.nanoTime() + deadline.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() - endNs > 0) {
        throw new AssertionError(
            "not within " + deadline.toMillis() + " ms: " + what + " " + more.get());
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (Exception e) {
      throw new AssertionError("the condition could not be looked at", e);
    }
  }
}
