// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.frame;

import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;

/**
 * How a way through a section ends: a chain of the frame for {@link
 * org.sallyport.netfilter.Target.GoTo}. While observing, refusals let pass too.
 */
public enum Outcome {
  /** The packet is proven and meets the rules of others. */
  ALLOW,
  /** It is dropped; a local sender sees EPERM. */
  DENY,
  /** It is dropped and the sender told: TCP by a reset, others by "administratively prohibited". */
  REJECT,
  /** The next section decides; where there is none, nobody has allowed it: it is dropped. */
  PASS_ON;

  /**
   * The chain of this outcome.
   *
   * @param direction the direction of the section's rules
   * @return for example {@code SALLYPORT-ALLOW-OUT}
   */
  public Chain chain(Direction direction) {
    String suffix =
        switch (direction) {
          case OUT -> "-OUT";
          case IN -> "-IN";
          case FORWARD -> "-FWD";
        };
    String word = this == PASS_ON ? "NEXT" : name();
    return new Chain(Chain.PREFIX + word + suffix);
  }
}
