// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.Objects;

/**
 * A rule as the policy's text holds it.
 *
 * @param id its id
 * @param text its canonical text
 * @param priority its place in the order, lower first
 * @param enabled whether it takes part
 * @param comment for people; may be empty
 */
public record PolicyRule(String id, String text, int priority, boolean enabled, String comment) {

  /** Refuses null. */
  public PolicyRule {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(comment, "comment");
  }
}
