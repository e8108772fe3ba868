// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Which variant of iptables our rules are written with, and what stands in the other. All texts are
 * safe to show.
 *
 * @param used the variant our rules are in
 * @param reason why this one, without a full stop
 * @param findings what the other variant holds, a sentence each
 * @param problems of these findings the ones somebody must act on, such as rules of ours that could
 *     not be deleted there; none if all is well
 */
public record VariantUse(
    Variant used, String reason, List<String> findings, List<String> problems) {

  /** Copies the lists. */
  public VariantUse {
    Objects.requireNonNull(used, "used");
    Objects.requireNonNull(reason, "reason");
    findings = List.copyOf(findings);
    problems = List.copyOf(problems);
  }

  /**
   * Everything for a person.
   *
   * @return the variant with its reason, then the findings
   */
  public List<String> sentences() {
    List<String> all = new ArrayList<>();
    all.add("rules are written with " + used.label() + ": " + reason);
    all.addAll(findings);
    return List.copyOf(all);
  }
}
