// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;

/**
 * Reads what {@code iptables-save}, with or without {@code -c}, prints: tables, chains, rules,
 * counters. Anything it does not understand is an error: half a picture must not pass for a whole.
 */
final class SaveParser {

  private static final Pattern CHAIN =
      Pattern.compile(":(\\S+) (\\S+) \\[(\\d{1,20}):(\\d{1,20})]");
  private static final Pattern RULE =
      Pattern.compile("(?:\\[(\\d{1,20}):(\\d{1,20})] )?-A (\\S+)(?: (.*))?");
  private static final Pattern INCOMPATIBLE =
      Pattern.compile("# Table `([^']+)' is incompatible, use 'nft' tool\\.");

  private final Map<String, TableState> tables = new LinkedHashMap<>();
  private final Map<String, List<RuleLine>> rules = new LinkedHashMap<>();
  private final Map<String, Optional<String>> policies = new LinkedHashMap<>();
  private Optional<String> open = Optional.empty();

  private SaveParser() {}

  /**
   * Reads a whole output.
   *
   * @param text what the program printed
   * @return tables by name
   * @throws NetfilterException if the text is not understood or a table can only be read by nft
   */
  static Map<String, TableState> parse(String text) {
    SaveParser parser = new SaveParser();
    text.lines().filter(line -> !line.isBlank()).forEach(parser::line);
    if (parser.open.isPresent()) {
      throw garbled("table " + parser.open.get() + " has no end");
    }
    return parser.tables;
  }

  private void line(String line) {
    switch (line.charAt(0)) {
      case '#' -> comment(line);
      case '*' -> begin(line.substring(1));
      case ':' -> chain(line);
      default -> {
        if (line.equals("COMMIT")) {
          end();
        } else {
          rule(line);
        }
      }
    }
  }

  private static void comment(String line) {
    Matcher matcher = INCOMPATIBLE.matcher(line);
    if (matcher.matches() && !matcher.group(1).equals("nat")) {
      throw new NetfilterException(
          Kind.INCOMPATIBLE_TABLE,
          "table "
              + ToolErrors.show(matcher.group(1))
              + " holds rules that only nft can read; move them to a table of their own");
    }
  }

  private void begin(String table) {
    if (open.isPresent() || tables.containsKey(table)) {
      throw garbled("table " + table + " begins where it should not");
    }
    open = Optional.of(table);
  }

  private void chain(String line) {
    Matcher matcher = CHAIN.matcher(line);
    if (open.isEmpty() || !matcher.matches()) {
      throw garbled(line);
    }
    String policy = matcher.group(2);
    policies.put(matcher.group(1), policy.equals("-") ? Optional.empty() : Optional.of(policy));
    rules.put(matcher.group(1), new ArrayList<>());
  }

  private void rule(String line) {
    Matcher matcher = RULE.matcher(line);
    if (open.isEmpty() || !matcher.matches() || !rules.containsKey(matcher.group(3))) {
      throw garbled(line);
    }
    String text = Optional.ofNullable(matcher.group(4)).orElse("");
    rules
        .get(matcher.group(3))
        .add(new RuleLine(text, counter(matcher.group(1)), counter(matcher.group(2))));
  }

  /** Counters are unsigned 64-bit; beyond the signed range they stay at its end. */
  private static long counter(String digits) {
    if (digits == null) {
      return 0;
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private void end() {
    if (open.isEmpty()) {
      throw garbled("COMMIT outside a table");
    }
    List<ChainState> chains = new ArrayList<>();
    rules.forEach((name, lines) -> chains.add(new ChainState(name, policies.get(name), lines)));
    tables.put(open.get(), new TableState(chains));
    rules.clear();
    policies.clear();
    open = Optional.empty();
  }

  private static NetfilterException garbled(String what) {
    return new NetfilterException(
        Kind.GARBLED, "the output of iptables-save is not understood: " + ToolErrors.show(what));
  }
}
