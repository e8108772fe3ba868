// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Objects;

/**
 * The unconditional way from one of the kernel's chains into one of ours. It stands at the head of
 * the base chain; several of one base chain stand there in the order given.
 *
 * @param from the kernel's chain
 * @param to our chain, of the same table
 */
public record BaseJump(BaseChain from, Chain to) {

  /** Checks that both ends are there. */
  public BaseJump {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
  }
}
