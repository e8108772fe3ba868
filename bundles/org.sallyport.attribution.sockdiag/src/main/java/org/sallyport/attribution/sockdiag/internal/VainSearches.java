// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often a user's packets were put aside lately because their socket was not found. It may be
 * there under another receiver (nat OUTPUT), but a program that closes its sockets as soon as it
 * has sent would have all of its packets wait, and a table of the kernel read for many. So after
 * some in a second the next ones are not looked for, unless one was found. Thread-safe and bounded.
 */
final class VainSearches {

  /** Far more than a program begins at a time that lives behind a translation. */
  static final int MOST = 128;

  static final long WINDOW_NS = 1_000_000_000L;

  private static final int MAX_USERS = 256;

  private final LongSupplier clockNs;
  private final Map<Long, Tries> byUser = new LinkedHashMap<>();

  private static final class Tries {
    private long sinceNs;
    private int count;
  }

  VainSearches(LongSupplier clockNs) {
    this.clockNs = clockNs;
  }

  /** Whether another packet of a user may be put aside for a search; counts it. */
  synchronized boolean mayTry(long userId) {
    long nowNs = clockNs.getAsLong();
    Tries tries = byUser.computeIfAbsent(userId, user -> new Tries());
    if (tries.count == 0 || nowNs - tries.sinceNs >= WINDOW_NS) {
      tries.sinceNs = nowNs;
      tries.count = 0;
    }
    if (byUser.size() > MAX_USERS) {
      byUser.remove(byUser.keySet().iterator().next());
    }
    return tries.count++ < MOST;
  }

  /** One was found: it is worth it to go on. */
  synchronized void succeeded(long userId) {
    byUser.remove(userId);
  }
}
