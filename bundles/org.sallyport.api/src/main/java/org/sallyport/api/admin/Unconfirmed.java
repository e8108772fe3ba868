// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Changes that are in force and are taken back unless they are confirmed.
 *
 * @param until when they are taken back
 * @param commands what was asked for, in order
 */
public record Unconfirmed(Instant until, List<String> commands) {

  /** Refuses null and copies the list. */
  public Unconfirmed {
    Objects.requireNonNull(until, "until");
    commands = List.copyOf(commands);
  }
}
