// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What each backend of a stack would install, and where each rule is enforced.
 *
 * @param backends the stack in its order
 * @param rules the rules that take part, in the order they are asked
 * @param complete whether the stack holds every rule; if not, it cannot be used
 */
public record EnforcementPlan(List<Part> backends, List<Place> rules, boolean complete) {

  /** Copies the lists. */
  public EnforcementPlan {
    backends = List.copyOf(backends);
    rules = List.copyOf(rules);
  }

  /**
   * One backend's part.
   *
   * @param backend its name
   * @param active whether it enforces now
   * @param installs what it puts into the kernel, a line each, as the kernel's own tools print it
   */
  public record Part(String backend, boolean active, List<String> installs) {
    /** Refuses null and copies the list. */
    public Part {
      Objects.requireNonNull(backend, "backend");
      installs = List.copyOf(installs);
    }
  }

  /**
   * One rule's place.
   *
   * @param id the rule
   * @param text its canonical text
   * @param backend what enforces it; empty if nothing of the stack can
   * @param why why there
   */
  public record Place(String id, String text, Optional<String> backend, String why) {
    /** Refuses null. */
    public Place {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(backend, "backend");
      Objects.requireNonNull(why, "why");
    }
  }
}
