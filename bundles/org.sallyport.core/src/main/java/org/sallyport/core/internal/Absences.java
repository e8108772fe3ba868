// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Parts that left a moment ago and may be back in the next: for as long as the swap grace they
 * count as being replaced, and nothing is changed because of them. Thread-safe.
 */
final class Absences {

  /** What a part is for. */
  enum Kind {
    ENGINE,
    BACKEND,
    STORE,
    SOURCE
  }

  private record Part(Kind kind, String name) {}

  private final LongSupplier clockNs;
  private final Map<Part, Long> leftAtNs = new HashMap<>();
  private long graceNs;

  /**
   * Nothing is away.
   *
   * @param clockNs monotonic time, nanoseconds
   * @param grace how long a part counts as being replaced
   */
  Absences(LongSupplier clockNs, Duration grace) {
    this.clockNs = clockNs;
    graceNs = grace.toNanos();
  }

  synchronized void grace(Duration value) {
    graceNs = value.toNanos();
  }

  synchronized void left(Kind kind, String name) {
    leftAtNs.put(new Part(kind, name), clockNs.getAsLong());
  }

  synchronized void back(Kind kind, String name) {
    leftAtNs.remove(new Part(kind, name));
    notifyAll();
  }

  /** Whether a part of that kind is being replaced. */
  boolean replacing(Kind kind) {
    return !replaced(kind).isEmpty();
  }

  /** The names of that kind that are being replaced. */
  synchronized Set<String> replaced(Kind kind) {
    return names(kind, true);
  }

  /** The names of that kind that did not come back in time. */
  synchronized Set<String> gone(Kind kind) {
    return names(kind, false);
  }

  private Set<String> names(Kind kind, boolean within) {
    long now = clockNs.getAsLong();
    Set<String> names = new TreeSet<>();
    leftAtNs.forEach(
        (part, left) -> {
          if (part.kind == kind && now - left < graceNs == within) {
            names.add(part.name);
          }
        });
    return names;
  }

  /**
   * Waits until no part of these kinds is being replaced: each is back, or was given up.
   *
   * @throws InterruptedException if the caller was interrupted meanwhile
   */
  synchronized void await(Kind... kinds) throws InterruptedException {
    for (long restNs = restNs(kinds); restNs > 0; restNs = restNs(kinds)) {
      TimeUnit.NANOSECONDS.timedWait(this, restNs);
    }
  }

  private long restNs(Kind... kinds) {
    long now = clockNs.getAsLong();
    Set<Kind> wanted = Set.of(kinds);
    return leftAtNs.entrySet().stream()
        .filter(entry -> wanted.contains(entry.getKey().kind))
        .mapToLong(entry -> graceNs - (now - entry.getValue()))
        .max()
        .orElse(0);
  }
}
