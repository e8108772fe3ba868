// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.section;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Section;

/**
 * A section for people.
 *
 * @param rules rules of the policy that have a chain of their own
 * @param chains other chains
 * @param longest the most rules a packet can meet before it is decided
 */
public record SectionFigures(long rules, long chains, int longest) {

  /**
   * Counts.
   *
   * @param section what is counted
   * @return the figures
   */
  public static SectionFigures of(Section.Rules section) {
    long counting = section.chains().stream().filter(ChainSpec::counting).count();
    Map<Chain, ChainSpec> specs = new HashMap<>();
    section.chains().forEach(spec -> specs.put(spec.chain(), spec));
    int longest = 0;
    for (Family family : Family.values()) {
      Map<Chain, Integer> known = new HashMap<>();
      for (Chain entry : section.entries().values()) {
        longest = Math.max(longest, longest(entry, family, specs, known));
      }
    }
    return new SectionFigures(counting, section.chains().size() - counting, longest);
  }

  private static int longest(
      Chain chain, Family family, Map<Chain, ChainSpec> specs, Map<Chain, Integer> known) {
    if (!specs.containsKey(chain)) {
      return 0; // a chain of the frame
    }
    if (known.containsKey(chain)) {
      return known.get(chain);
    }
    int longest = 0;
    int met = 0;
    for (Rule rule : specs.get(chain).rules()) {
      if (!rule.families().contains(family)) {
        continue;
      }
      met++;
      Optional<Chain> next = chain(rule.target());
      int there = next.map(to -> longest(to, family, specs, known)).orElse(0);
      if (rule.target() instanceof Target.JumpTo) {
        met += there;
        there = 0;
      }
      longest = Math.max(longest, met + there);
    }
    known.put(chain, longest);
    return longest;
  }

  private static Optional<Chain> chain(Target target) {
    if (target instanceof Target.JumpTo jump) {
      return Optional.of(jump.chain());
    }
    return target instanceof Target.GoTo go ? Optional.of(go.chain()) : Optional.empty();
  }

  /**
   * A section as {@code iptables-save} and {@code ip6tables-save} would print it.
   *
   * @param section what is printed
   * @return a line each
   */
  public static List<String> lines(Section.Rules section) {
    List<String> lines = new ArrayList<>();
    for (Family family : Family.values()) {
      lines.add("# " + family.label());
      lines.add("*filter");
      section.chains().forEach(spec -> lines.add(":" + spec.chain() + " - [0:0]"));
      for (ChainSpec spec : section.chains()) {
        spec.texts(family).forEach(text -> lines.add("-A " + spec.chain() + " " + text));
      }
      lines.add("COMMIT");
    }
    return lines;
  }

  /** For example {@code rules 12, chains 3, at most 14 tests}. */
  @Override
  public String toString() {
    return "rules " + rules + ", chains " + chains + ", at most " + longest + " tests a packet";
  }
}
