// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.time.Instant;
import java.util.Objects;

/**
 * A change of the policy that a command made and that was not taken back.
 *
 * @param number the policy's revision after it; higher than that of every change before it
 * @param time when
 * @param who who asked for it
 * @param command what was asked for
 * @param changes what it changed
 */
public record Revision(long number, Instant time, String who, String command, PolicyDiff changes) {

  /** Refuses null. */
  public Revision {
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(who, "who");
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(changes, "changes");
  }
}
