// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The iptables tables Sallyport writes to; {@code nat} is left to others. */
public enum Table {
  /** Before connection tracking. */
  RAW,
  /** Marks; a mark changed in its OUTPUT makes the kernel route the packet again. */
  MANGLE,
  /** The only table where REJECT may stand. */
  FILTER,
  /** After filter. */
  SECURITY;

  private final String label;

  Table() {
    this.label = name().toLowerCase(Locale.ROOT);
  }

  /**
   * The name iptables knows.
   *
   * @return for example {@code filter}
   */
  public String label() {
    return label;
  }

  /**
   * The hooks this table has a chain at.
   *
   * @return never empty; the caller's to keep
   */
  public Set<BaseChain> baseChains() {
    return switch (this) {
      case RAW -> EnumSet.of(BaseChain.PREROUTING, BaseChain.OUTPUT);
      case MANGLE -> EnumSet.allOf(BaseChain.class);
      case FILTER, SECURITY -> EnumSet.of(BaseChain.INPUT, BaseChain.FORWARD, BaseChain.OUTPUT);
    };
  }
}
