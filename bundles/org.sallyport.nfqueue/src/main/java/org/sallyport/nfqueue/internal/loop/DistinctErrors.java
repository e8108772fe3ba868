// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Errors of the packet plane, each kept once with a count until another thread writes them to the
 * log: an error that comes with every packet must not become a log line with every packet.
 * Thread-safe; recording costs something only when something went wrong.
 */
public final class DistinctErrors {

  private static final int MAX_KINDS = 32;
  private static final int MAX_MESSAGE = 200;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long overflow;

  private static final class Entry {
    private final String sample;
    private long count;
    private long shown;

    private Entry(String sample) {
      this.sample = sample;
    }
  }

  /** Creates an empty log. */
  public DistinctErrors() {}

  /**
   * Keeps an error. Two are the same if the same thing was tried and the same line threw the same
   * type.
   *
   * @param what what was tried, for a person
   * @param error what was thrown
   */
  public synchronized void record(String what, Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    String place = trace.length == 0 ? "" : " at " + trace[0];
    String key = what + ": " + error.getClass().getName() + place;
    Entry entry = entries.get(key);
    if (entry == null && entries.size() == MAX_KINDS) {
      overflow++;
      return;
    }
    entries.computeIfAbsent(key, k -> new Entry(k + ": " + bounded(error.getMessage()))).count++;
  }

  private static String bounded(String message) {
    String text = String.valueOf(message).replaceAll("\\p{C}", "?");
    return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text;
  }

  /**
   * Hands over what came since the last call, one line per kind of error.
   *
   * @param log takes a line
   */
  public synchronized void drain(Consumer<String> log) {
    for (Entry entry : entries.values()) {
      if (entry.count > entry.shown) {
        log.accept(entry.count - entry.shown + " times " + entry.sample);
        entry.shown = entry.count;
      }
    }
    if (overflow > 0) {
      log.accept(overflow + " errors of further kinds");
      overflow = 0;
    }
  }
}
