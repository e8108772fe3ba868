// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Origin;

/**
 * A rule as it stands.
 *
 * @param id its id
 * @param text its canonical text
 * @param action what it does
 * @param direction which flows it is about
 * @param priority its place in the order, lower first
 * @param enabled whether it takes part
 * @param store where it lives
 * @param backend what enforces it, or empty if it is unresolved or disabled
 * @param packets packets it decided
 * @param bytes their bytes
 * @param lastHit when it last decided one
 * @param comment for people; may be empty
 * @param origin where it is written
 * @param note why it does not apply now (unresolved, expired), or empty
 */
public record RuleInfo(
    String id,
    String text,
    Action action,
    Direction direction,
    int priority,
    boolean enabled,
    String store,
    Optional<String> backend,
    long packets,
    long bytes,
    Optional<Instant> lastHit,
    String comment,
    Origin origin,
    Optional<String> note) {

  /** Refuses null. */
  public RuleInfo {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(lastHit, "lastHit");
    Objects.requireNonNull(comment, "comment");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(note, "note");
  }

  /**
   * The same rule, switched on or off.
   *
   * @param value whether it takes part
   * @return the changed copy
   */
  public RuleInfo withEnabled(boolean value) {
    return new RuleInfo(
        id, text, action, direction, priority, value, store, backend, packets, bytes, lastHit,
        comment, origin, note);
  }
}
