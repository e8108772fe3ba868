// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/** The address family a table belongs to: each has its own tables, chains and tools. */
public enum Family {
  /** Rules written by {@code iptables}. */
  IPV4("ipv4"),
  /** Rules written by {@code ip6tables}. */
  IPV6("ipv6");

  private final String label;

  Family(String label) {
    this.label = label;
  }

  /**
   * How messages name the family.
   *
   * @return {@code ipv4} or {@code ipv6}
   */
  public String label() {
    return label;
  }
}
