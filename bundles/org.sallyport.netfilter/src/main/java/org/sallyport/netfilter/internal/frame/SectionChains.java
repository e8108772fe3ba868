// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Section;

/**
 * The sections' own chains, as far as a packet can get there: what is meant for a direction that is
 * not judged leads to outcomes that do not stand.
 */
final class SectionChains {

  private SectionChains() {}

  static List<ChainSpec> inUse(ChainOrder order) {
    return order.sections().stream()
        .filter(Section.Rules.class::isInstance)
        .flatMap(section -> inUse((Section.Rules) section, order))
        .toList();
  }

  private static Stream<ChainSpec> inUse(Section.Rules section, ChainOrder order) {
    Map<Chain, ChainSpec> described = new LinkedHashMap<>();
    section.chains().forEach(spec -> described.putIfAbsent(spec.chain(), spec));
    Set<Chain> reached = new HashSet<>();
    Deque<Chain> open = new ArrayDeque<>();
    for (Direction direction : Direction.values()) {
      if (order.judges(direction)) {
        Optional.ofNullable(section.entries().get(direction)).ifPresent(open::add);
      }
    }
    while (!open.isEmpty()) {
      Chain chain = open.remove();
      if (described.containsKey(chain) && reached.add(chain)) {
        described.get(chain).rules().forEach(rule -> target(rule).ifPresent(open::add));
      }
    }
    return section.chains().stream().filter(spec -> reached.contains(spec.chain()));
  }

  private static Optional<Chain> target(Rule rule) {
    if (rule.target() instanceof Target.JumpTo jump) {
      return Optional.of(jump.chain());
    }
    return rule.target() instanceof Target.GoTo go ? Optional.of(go.chain()) : Optional.empty();
  }
}
