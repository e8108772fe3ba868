// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Makes a policy that breaks a promise as small as it can be while it still does. */
public final class Shrinker {

  private final int maxTrials;

  /**
   * Creates a shrinker.
   *
   * @param maxTrials after how many trials it takes what it has; a trial on real packets takes time
   */
  public Shrinker(int maxTrials) {
    this.maxTrials = maxTrials;
  }

  /**
   * Looks for the smallest policy that breaks the promise, no policy twice.
   *
   * @param broken one that does
   * @param breaks whether another one does too
   * @return a policy that does; no single part of it can be left out, unless the trials ran out
   */
  public PolicySketch smallest(PolicySketch broken, Predicate<PolicySketch> breaks) {
    Set<PolicySketch> tried = new HashSet<>();
    PolicySketch smallest = broken;
    Optional<PolicySketch> next = Optional.of(broken);
    while (next.isPresent()) {
      smallest = next.get();
      next =
          smallest.smaller().stream()
              .filter(one -> tried.size() < maxTrials && tried.add(one) && breaks.test(one))
              .findFirst();
    }
    return smallest;
  }
}
