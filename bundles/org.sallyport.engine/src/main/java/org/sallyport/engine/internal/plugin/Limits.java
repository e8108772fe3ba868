// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.time.Duration;

/**
 * How much is borne of a plugin.
 *
 * @param late a call that takes longer is a fault, whatever it answers
 * @param faultsInRow that many faults one after the other put it in quarantine
 * @param windowCalls the calls that are looked back on
 * @param faultsInWindow that many faults among these put it in quarantine too
 * @param swapGrace how long it may be away before its facts count as unknown, unless a setting says
 *     otherwise
 * @param leavePatience how long its leaving waits for calls under way
 * @param compile a criterion that takes longer to compile puts it in quarantine
 * @param compilation how long a compilation of the policy waits for all plugins together
 */
public record Limits(
    Duration late,
    int faultsInRow,
    int windowCalls,
    int faultsInWindow,
    Duration swapGrace,
    Duration leavePatience,
    Duration compile,
    Duration compilation) {

  /** What holds unless a test wants it otherwise. */
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofMillis(500),
          10,
          100,
          50,
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofMillis(500));
}
