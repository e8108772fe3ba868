// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Prints rules in the order and form {@code iptables-save} uses, from typed values only. */
final class RuleText {

  private static final List<String> HEADER_ORDER = List.of("-s", "-d", "-i", "-o", "-p");
  private static final String FRAGMENT = "-f";
  private static final List<String> SINGLE = List.of("-s", "-d", "-i", "-o", "-p", FRAGMENT);

  /** One option only may stand behind each of its {@code -m}. */
  private static final String MULTIPORT = "multiport";

  private RuleText() {}

  static String print(Rule rule, Family family) {
    List<String> words = new ArrayList<>();
    List<MatchOption> options = rule.matches().stream().map(Match::option).toList();
    for (String name : HEADER_ORDER) {
      options.stream().filter(o -> o.name().equals(name)).forEach(o -> words.add(o.toString()));
    }
    if (statedProtocols(rule.matches()).isEmpty()) {
      impliedProtocol(rule.matches()).ifPresent(p -> words.add("-p " + p.label()));
    }
    options.stream().filter(o -> o.name().equals(FRAGMENT)).forEach(o -> words.add(o.toString()));
    printModules(options, words);
    rule.comment().ifPresent(c -> words.add("-m comment --comment " + quoted(c)));
    String target = rule.target().text(family);
    if (!target.isEmpty()) {
      words.add(target);
    }
    return String.join(" ", words);
  }

  /** Neighbours of one module share one {@code -m}: the kernel then runs one test, not two. */
  private static void printModules(List<MatchOption> options, List<String> words) {
    String open = "";
    Set<String> used = new HashSet<>();
    for (MatchOption option : options) {
      if (option.module().isEmpty()) {
        continue;
      }
      String module = option.module().get();
      if (!module.equals(open) || module.equals(MULTIPORT) || !used.add(option.name())) {
        words.add("-m " + module);
        open = module;
        used = new HashSet<>(Set.of(option.name()));
      }
      if (!option.name().isEmpty()) {
        words.add(option.toString());
      }
    }
  }

  private static String quoted(String comment) {
    return comment.indexOf(' ') >= 0 ? '"' + comment + '"' : comment;
  }

  static void checkProtocols(List<Match> matches, Target target) {
    List<Match> stated = statedProtocols(matches);
    Optional<Protocol> implied = impliedProtocol(matches);
    requireSingleHeaders(matches);
    for (Match match : stated) {
      boolean agrees =
          match instanceof Match.OfProtocol p && implied.stream().allMatch(p.protocol()::equals);
      if (implied.isPresent() && !agrees) {
        throw new IllegalArgumentException("another test of the rule needs " + implied.get());
      }
    }
    boolean tcp =
        implied.stream().anyMatch(p -> p == Protocol.TCP)
            || stated.contains(new Match.OfProtocol(Protocol.TCP));
    if (target instanceof Target.Reject reject && reject.with() == RejectWith.TCP_RESET && !tcp) {
      throw new IllegalArgumentException("only a rule that matches TCP can answer with a reset");
    }
  }

  private static void requireSingleHeaders(List<Match> matches) {
    for (String name : SINGLE) {
      if (matches.stream().filter(m -> m.option().name().equals(name)).count() > 1) {
        throw new IllegalArgumentException("a rule has room for one " + name);
      }
    }
  }

  private static List<Match> statedProtocols(List<Match> matches) {
    return matches.stream().filter(m -> m.option().name().equals("-p")).toList();
  }

  private static Optional<Protocol> impliedProtocol(List<Match> matches) {
    List<Protocol> all =
        matches.stream().flatMap(m -> m.impliedProtocol().stream()).distinct().toList();
    if (all.size() > 1) {
      throw new IllegalArgumentException("the tests of a rule need different protocols: " + all);
    }
    return all.stream().findFirst();
  }
}
