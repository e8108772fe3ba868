// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.netfilter.Chain;

/**
 * The meaning of a rule's text: its options with their arguments in one fixed spelling, in one
 * fixed order. Versions of iptables print the same rule in slightly different words.
 */
final class RuleWords {

  private RuleWords() {}

  /** Whether two texts say the same. */
  static boolean same(String first, String second, ProtocolNames names) {
    return first.equals(second) || options(first, names).equals(options(second, names));
  }

  /** Whether a rule is an unconditional jump to a chain of ours: only such jumps are ours. */
  static boolean isPlainJump(String text) {
    return text.startsWith("-j ") && Chain.isOurs(text.substring(3));
  }

  /** Options as {@code [!] name argument…}, sorted: a rule's tests commute. */
  static List<String> options(String text, ProtocolNames names) {
    List<String> options = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    String name = "";
    for (String word : split(text)) {
      boolean isOption = word.startsWith("-") && word.length() > 1;
      if (word.equals("!") || (isOption && !current.toString().equals("!"))) {
        flush(options, current);
      }
      if (isOption) {
        name = word;
      }
      current.append(current.length() == 0 ? "" : " ");
      current.append(isOption || word.equals("!") ? word : canonical(name, word, names));
    }
    flush(options, current);
    options.sort(null);
    return options;
  }

  private static void flush(List<String> options, StringBuilder current) {
    if (current.length() > 0) {
      options.add(current.toString());
      current.setLength(0);
    }
  }

  private static String canonical(String option, String argument, ProtocolNames names) {
    return switch (option) {
      case "-p" -> names.number(argument);
      case "-s", "-d", "--ctorigdst" -> network(argument);
      case "--mark", "--set-xmark" -> MarkMask.parse(argument).map(MarkMask::text).orElse(argument);
      case "--nfmask", "--ctmask" ->
          MarkMask.number(argument).map(n -> String.format("0x%x", n)).orElse(argument);
      case "--ctstate" -> Stream.of(argument.split(",")).sorted().collect(Collectors.joining(","));
      default -> argument;
    };
  }

  private static String network(String argument) {
    try {
      return IpNetwork.parse(argument).toString();
    } catch (IllegalArgumentException e) {
      return argument; // a foreign spelling such as a dotted mask is never one of ours
    }
  }

  /** Words as xtables quotes them: double quotes, with a backslash before a quoted character. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
        begun = true;
      } else if (c == ' ' && !quoted) {
        if (begun || word.length() > 0) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(c);
      }
    }
    if (begun || word.length() > 0) {
      words.add(word.toString());
    }
    return words;
  }
}
