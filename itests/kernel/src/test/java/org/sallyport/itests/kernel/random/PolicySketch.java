// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy in parts, so that one that breaks a promise can be made smaller.
 *
 * @param defaultOut the action where no rule decides
 * @param rules in no order but that of their priorities and ids
 */
public record PolicySketch(String defaultOut, List<RuleSketch> rules) {

  /** Copies the list. */
  public PolicySketch {
    rules = List.copyOf(rules);
  }

  /** The policy as {@code fw:apply} reads it. */
  public String yaml() {
    String list = rules.stream().map(RuleSketch::yaml).collect(Collectors.joining());
    return "defaults:\n  out: "
        + defaultOut
        + "\n"
        + (rules.isEmpty() ? "rules: []\n" : "rules:\n" + list);
  }

  /** The largest steps first: half of the rules, then one of them, then a part of one. */
  List<PolicySketch> smaller() {
    List<PolicySketch> smaller = new ArrayList<>();
    int count = rules.size();
    for (int size = count / 2; size >= 1; size /= 2) {
      for (int from = 0; from < count; from += size) {
        List<RuleSketch> fewer = new ArrayList<>(rules);
        fewer.subList(from, Math.min(count, from + size)).clear();
        smaller.add(new PolicySketch(defaultOut, fewer));
      }
    }
    for (int i = 0; i < count; i++) {
      for (RuleSketch simpler : rules.get(i).smaller()) {
        List<RuleSketch> changed = new ArrayList<>(rules);
        changed.set(i, simpler);
        smaller.add(new PolicySketch(defaultOut, changed));
      }
    }
    if (count == 1) {
      smaller.add(new PolicySketch(defaultOut, List.of()));
    }
    return smaller;
  }
}
