// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/**
 * Holds no more often than this: a bucket that fills at a rate and is emptied by each match. Says
 * nothing about a packet, so it stands before {@link Target.Log} only.
 *
 * @param perSecond matches a second, 1 to 10000
 * @param burst matches at once, 1 to 10000
 */
public record Rate(int perSecond, int burst) implements Match {
  private static final int MAX = 10_000; // XT_LIMIT_SCALE, linux/netfilter/xt_limit.h
  private static final int UNSAID_BURST = 5; // XT_LIMIT_BURST, iptables/extensions/libxt_limit.c

  /** Checks the ranges. */
  public Rate {
    if (perSecond < 1 || perSecond > MAX || burst < 1 || burst > MAX) {
      throw new IllegalArgumentException(
          "a rate and its burst are 1 to 10000, not " + perSecond + " and " + burst);
    }
  }

  @Override
  public MatchOption option() {
    // The kernel holds the pause between two matches, in ten-thousandths of a second.
    int kept = MAX / (MAX / perSecond);
    String pace = kept + "/sec";
    return MatchOption.of(
        "limit", "--limit", burst == UNSAID_BURST ? pace : pace + " --limit-burst " + burst);
  }
}
