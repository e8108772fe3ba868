// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.tree;

import java.util.List;
import java.util.Optional;
import org.sallyport.backend.owneriptables.internal.atom.Box;
import org.sallyport.backend.owneriptables.internal.atom.Dimension;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.OwnerMatch;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;

/**
 * Where packets go that no atom took.
 *
 * @param chain where all go
 * @param ownerless where those without an owner go instead, ahead of the others
 */
public record Miss(Chain chain, Optional<Chain> ownerless) {

  /**
   * One place for all.
   *
   * @param chain where all go
   * @return the same for packets with and without an owner
   */
  public static Miss to(Chain chain) {
    return new Miss(chain, Optional.empty());
  }

  /** The rules at the end of a chain that only packets of a region reach. */
  List<Rule> rules(Box region, Family family) {
    Rule others = Rule.of(new Target.GoTo(chain)).only(family);
    boolean owned =
        region.side(Dimension.USER).isPresent() || region.side(Dimension.GROUP).isPresent();
    if (owned || ownerless.isEmpty()) {
      return List.of(others);
    }
    Target pass = new Target.GoTo(ownerless.get());
    return List.of(Rule.of(pass, new OwnerMatch.OwnerLess()).only(family), others);
  }
}
