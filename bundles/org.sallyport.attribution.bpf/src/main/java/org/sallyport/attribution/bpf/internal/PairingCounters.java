// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of packets and records. Any thread. */
final class PairingCounters {

  /** Each is a sentence about packets or records. */
  enum Kind {
    /** Packets whose record names the sender. */
    PAIRED("paired"),
    /** Packets whose record does not agree with itself or with them: left to the next source. */
    DISAGREED("not agreeing"),
    /** Packets without a record. */
    UNPAIRED("without a record"),
    /** Packets that look like those of others that were under way: left to the next source. */
    AMBIGUOUS("look like another's"),
    /** Records that nothing was paired with in time. */
    EXPIRED("records expired"),
    /** Records that made room for newer ones. */
    EVICTED("records evicted");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);

  PairingCounters() {
    for (Kind kind : Kind.values()) {
      counts.put(kind, new LongAdder());
    }
  }

  void count(Kind kind) {
    counts.get(kind).increment();
  }

  long get(Kind kind) {
    return counts.get(kind).sum();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (kind, count) ->
            text.append(text.length() == 0 ? "" : ", ")
                .append(count.sum())
                .append(' ')
                .append(kind.words));
    return text.toString();
  }
}
