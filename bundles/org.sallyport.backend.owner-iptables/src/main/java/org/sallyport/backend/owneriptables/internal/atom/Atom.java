// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

import org.sallyport.netfilter.Target;

/**
 * As much of a step of the policy as one rule of iptables says. The atoms of one step share no
 * packet, so each packet meets a step at most once.
 *
 * @param box which packets
 * @param target where they go
 * @param decides whether they do not come back
 */
public record Atom(Box box, Target target, boolean decides) {

  /**
   * The same atom for packets that a test has turned away.
   *
   * @param test what did not hold
   * @return asks nothing that is answered already
   */
  public Atom relieved(Box test) {
    return new Atom(box.relieved(test), target, decides);
  }
}
