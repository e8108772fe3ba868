// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Names and traits of the IP protocol numbers Sallyport speaks of (IANA protocol-numbers). */
public final class IpProtocol {

  /** Internet Control Message Protocol, RFC 792. */
  public static final int ICMP = 1;

  /** Transmission Control Protocol, RFC 9293. */
  public static final int TCP = 6;

  /** User Datagram Protocol, RFC 768. */
  public static final int UDP = 17;

  /** ICMP for IPv6, RFC 4443. */
  public static final int ICMPV6 = 58;

  /** Stream Control Transmission Protocol, RFC 9260. */
  public static final int SCTP = 132;

  /** Lightweight UDP, RFC 3828. */
  public static final int UDPLITE = 136;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("icmp", ICMP),
          Map.entry("igmp", 2),
          Map.entry("ipip", 4),
          Map.entry("tcp", TCP),
          Map.entry("udp", UDP),
          Map.entry("ipv6", 41),
          Map.entry("gre", 47),
          Map.entry("esp", 50),
          Map.entry("ah", 51),
          Map.entry("icmpv6", ICMPV6),
          Map.entry("sctp", SCTP),
          Map.entry("udplite", UDPLITE));

  private IpProtocol() {}

  /**
   * Reads a name or a number.
   *
   * @param text a lower-case name such as {@code tcp}, or 0 to 255
   * @return the protocol number, or empty if the text is neither
   */
  public static Optional<Integer> parse(String text) {
    Integer named = NUMBERS.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return Optional.of(named);
    }
    return text.matches("\\d{1,3}") && Integer.parseInt(text) <= 255
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  /**
   * The name a person knows, else the number.
   *
   * @param protocol 0 to 255
   * @return for example {@code udp} or {@code 253}
   */
  public static String name(int protocol) {
    return NUMBERS.entrySet().stream()
        .filter(e -> e.getValue() == protocol)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> Integer.toString(protocol));
  }

  /**
   * Whether the protocol's header starts with source and destination port.
   *
   * @param protocol 0 to 255
   * @return true for TCP, UDP, UDP-Lite and SCTP
   */
  public static boolean hasPorts(int protocol) {
    return protocol == TCP || protocol == UDP || protocol == UDPLITE || protocol == SCTP;
  }
}
