// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.List;
import java.util.Objects;

/**
 * How a backend is doing.
 *
 * @param active whether it enforces now, exactly as ordered last; if not, it is ordered again
 * @param problems what is wrong, each a sentence for a person; empty if healthy
 * @param figures counters for a person, such as {@code queued 12, judged 40}
 */
public record BackendHealth(boolean active, List<String> problems, String figures) {

  /** Refuses null and copies the list. */
  public BackendHealth {
    problems = List.copyOf(problems);
    Objects.requireNonNull(figures, "figures");
  }
}
