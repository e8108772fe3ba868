// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A rule in parts. */
public record RuleSketch(String id, String action, int priority, List<CriterionSketch> criteria) {

  private static final int DEFAULT_PRIORITY = 1000;

  /** Copies the list. */
  public RuleSketch {
    criteria = List.copyOf(criteria);
  }

  /** The rule's text. */
  public String text() {
    return action
        + " out"
        + criteria.stream().map(one -> " " + one.text()).collect(Collectors.joining());
  }

  /** Whether it speaks of programs, which only a queue knows. */
  public boolean needsQueue() {
    return criteria.stream().anyMatch(one -> one.attribute().startsWith("process."));
  }

  String yaml() {
    String priorityLine = priority == DEFAULT_PRIORITY ? "" : "    priority: " + priority + "\n";
    return "  - id: " + id + "\n    rule: \"" + text() + "\"\n" + priorityLine;
  }

  /** Every rule that is one step simpler. */
  List<RuleSketch> smaller() {
    List<RuleSketch> smaller = new ArrayList<>();
    for (int i = 0; i < criteria.size(); i++) {
      List<CriterionSketch> fewer = new ArrayList<>(criteria);
      fewer.remove(i);
      smaller.add(new RuleSketch(id, action, priority, fewer));
    }
    for (int i = 0; i < criteria.size(); i++) {
      for (CriterionSketch simpler : criteria.get(i).smaller()) {
        List<CriterionSketch> changed = new ArrayList<>(criteria);
        changed.set(i, simpler);
        smaller.add(new RuleSketch(id, action, priority, changed));
      }
    }
    if (priority != DEFAULT_PRIORITY) {
      smaller.add(new RuleSketch(id, action, DEFAULT_PRIORITY, criteria));
    }
    return smaller;
  }
}
