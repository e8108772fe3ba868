// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Objects;

/**
 * Somebody else's use of mark bits that we want.
 *
 * @param kind who uses them, and how
 * @param family where it was found
 * @param mask the bits used, 0 to 0xffffffff
 * @param text the rule, safe to show
 */
public record MarkConflict(Kind kind, Family family, long mask, String text) {

  /** Checks the ranges. */
  public MarkConflict {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(family, "family");
    MarkBits.requireMark(mask);
    Objects.requireNonNull(text, "text");
  }

  /** How bits can be used. */
  public enum Kind {
    /** Policy routing compares them ({@code ip rule … fwmark}). */
    ROUTING_RULE,
    /** A rule of iptables-nft compares or changes them. */
    RULE,
    /** A rule of iptables-legacy compares or changes them. */
    LEGACY_RULE
  }
}
