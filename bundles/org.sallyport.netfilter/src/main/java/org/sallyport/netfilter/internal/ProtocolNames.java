// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Protocol numbers by the names this host's iptables prints: those of protocols(5), and where that
 * file is missing or shorter, those iptables knows by itself (its xtables_chain_protos).
 */
final class ProtocolNames {

  private static final Map<String, String> BUILT_IN =
      Map.ofEntries(
          Map.entry("icmp", "1"),
          Map.entry("igmp", "2"),
          Map.entry("tcp", "6"),
          Map.entry("udp", "17"),
          Map.entry("esp", "50"),
          Map.entry("ah", "51"),
          Map.entry("icmpv6", "58"),
          Map.entry("ipv6-icmp", "58"),
          Map.entry("sctp", "132"),
          Map.entry("mh", "135"),
          Map.entry("ipv6-mh", "135"),
          Map.entry("udplite", "136"));

  /** What {@link #BUILT_IN} holds and nothing else. */
  static final ProtocolNames DEFAULT = new ProtocolNames(List.of());

  private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\d{1,3})(?:\\s.*)?");
  private static final long FILE_MAX_BYTES = 1 << 20;

  private final Map<String, String> numbers = new HashMap<>(BUILT_IN);

  private ProtocolNames(List<String> lines) {
    lines.forEach(this::line);
  }

  /**
   * Reads the host's names.
   *
   * @param file usually {@code /etc/protocols}; one that cannot be read adds nothing
   * @return the names
   */
  static ProtocolNames read(Path file) {
    try {
      return Files.size(file) > FILE_MAX_BYTES
          ? DEFAULT
          : new ProtocolNames(Files.readAllLines(file));
    } catch (IOException e) {
      return DEFAULT; // iptables then prints numbers
    }
  }

  private void line(String line) {
    Matcher matcher = LINE.matcher(line.replaceAll("#.*", "").strip());
    if (matcher.matches()) {
      String number = Integer.toString(Integer.parseInt(matcher.group(2)));
      numbers.put(matcher.group(1).toLowerCase(Locale.ROOT), number);
    }
  }

  /**
   * One spelling for each protocol.
   *
   * @param text a name or a number, as a rule holds it
   * @return the number, or the text itself if nobody knows it
   */
  String number(String text) {
    return numbers.getOrDefault(text.toLowerCase(Locale.ROOT), text);
  }
}
