// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Transport protocols a rule can name: those whose name iptables prints back the same way. */
public enum Protocol {
  /** RFC 792; belongs to IPv4. */
  ICMP(1, "icmp"),
  /** RFC 9776. */
  IGMP(2, "igmp"),
  /** RFC 9293. */
  TCP(6, "tcp"),
  /** RFC 768. */
  UDP(17, "udp"),
  /** RFC 4443; belongs to IPv6. */
  ICMPV6(58, "ipv6-icmp"),
  /** RFC 9260. */
  SCTP(132, "sctp"),
  /** RFC 3828. */
  UDPLITE(136, "udplite");

  private final int number;
  private final String label;

  Protocol(int number, String label) {
    this.number = number;
    this.label = label;
  }

  /**
   * The IANA protocol number.
   *
   * @return 1 to 255
   */
  public int number() {
    return number;
  }

  /**
   * The name in a rule.
   *
   * @return for example {@code ipv6-icmp}
   */
  public String label() {
    return label;
  }

  /**
   * Finds a protocol by what iptables may print for it.
   *
   * @param text a name or a number
   * @return the protocol, or empty if rules of ours cannot name it
   */
  public static Optional<Protocol> find(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(p -> p.label.equals(wanted) || Integer.toString(p.number).equals(wanted))
        .findFirst();
  }
}
