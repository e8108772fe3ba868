// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/** What a refused sender is told; each has its form per family. */
public enum RejectWith {
  /** A TCP reset; the rule must match TCP. */
  TCP_RESET("tcp-reset", "tcp-reset"),
  /** ICMP 3/13, ICMPv6 1/1: administratively prohibited. */
  ADMIN_PROHIBITED("icmp-admin-prohibited", "icmp6-adm-prohibited"),
  /** ICMP 3/3, ICMPv6 1/4: port unreachable; a UDP sender sees ECONNREFUSED. */
  PORT_UNREACHABLE("icmp-port-unreachable", "icmp6-port-unreachable");

  private final String ipv4;
  private final String ipv6;

  RejectWith(String ipv4, String ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /**
   * The argument of {@code --reject-with}.
   *
   * @param family the family of the rule
   * @return iptables' word
   */
  public String label(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }
}
