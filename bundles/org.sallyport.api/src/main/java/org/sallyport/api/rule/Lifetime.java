// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** How long a rule stands. */
public sealed interface Lifetime {

  /** Until somebody removes it. */
  record Permanent() implements Lifetime {}

  /**
   * For a time from the moment the rule is added; stored as {@link Until}.
   *
   * @param duration longer than zero, at most ten years
   */
  record For(Duration duration) implements Lifetime {
    /** Checks the range. */
    public For {
      if (duration.isNegative()
          || duration.isZero()
          || duration.compareTo(Duration.ofDays(3660)) > 0) {
        throw new IllegalArgumentException(
            "a rule lasts longer than nothing and at most ten years");
      }
    }
  }

  /**
   * Until a moment of the wall clock, which goes on while the machine sleeps.
   *
   * @param end the first moment at which the rule is gone
   */
  record Until(Instant end) implements Lifetime {
    /** Refuses null. */
    public Until {
      Objects.requireNonNull(end, "end");
    }
  }

  /** For the first flow it decides; it stands until that flow ends. */
  record Once() implements Lifetime {}

  /** Until the daemon stops; kept in memory only. */
  record UntilRestart() implements Lifetime {}

  /** Until the process named by the rule's {@code process.pid} has exited. */
  record UntilExit() implements Lifetime {}
}
