// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.Objects;

/**
 * A backend as it stands.
 *
 * @param name its name
 * @param active whether it enforces now
 * @param healthy whether nothing is wrong with it
 * @param problems what is wrong; empty if healthy
 * @param figures counters for a person
 */
public record BackendStatus(
    String name, boolean active, boolean healthy, List<String> problems, String figures) {

  /** Refuses null and copies the list. */
  public BackendStatus {
    Objects.requireNonNull(name, "name");
    problems = List.copyOf(problems);
    Objects.requireNonNull(figures, "figures");
  }
}
