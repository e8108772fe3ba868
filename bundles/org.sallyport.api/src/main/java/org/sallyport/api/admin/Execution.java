// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a change is carried out, and who asked for it.
 *
 * @param dryRun whether everything is checked and nothing changed
 * @param confirmWithin after which time the change is taken back unless it is confirmed; empty if
 *     it stands at once
 * @param who who asked for it, for the history; may be empty
 * @param command what was asked for, for the history; may be empty
 */
public record Execution(
    boolean dryRun, Optional<Duration> confirmWithin, String who, String command) {

  /** Carry it out; return when it is in force in the kernel. */
  public static final Execution APPLY = new Execution(false, Optional.empty(), "", "");

  /** Check everything and change nothing. */
  public static final Execution DRY_RUN = new Execution(true, Optional.empty(), "", "");

  /** The shortest time to confirm in. */
  public static final Duration SHORTEST_CONFIRM = Duration.ofSeconds(1);

  /** The longest time to confirm in: after it nobody remembers what it was about. */
  public static final Duration LONGEST_CONFIRM = Duration.ofDays(1);

  /** Checks the range. */
  public Execution {
    Objects.requireNonNull(who, "who");
    Objects.requireNonNull(command, "command");
    confirmWithin.ifPresent(
        time -> {
          if (time.compareTo(SHORTEST_CONFIRM) < 0 || time.compareTo(LONGEST_CONFIRM) > 0) {
            throw new IllegalArgumentException("a change is confirmed within 1s to 24h");
          }
        });
  }
}
