// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.chain;

import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.netfilter.MarkBits;

/**
 * What our bits of a mark say, as values that rules compare and set.
 *
 * @param layout where our bits are
 */
record ProofMarks(MarkLayout layout) {

  /** Nobody has judged this packet: the gate drops it. */
  MarkBits undecided() {
    return whole(layout.undecided());
  }

  /**
   * This packet is none of ours to judge and passes. It proves nothing about its connection: if it
   * did, an ICMP error of our own REJECT would allow the very flow that was refused.
   */
  MarkBits exempt() {
    return whole(layout.inOk());
  }

  /**
   * This packet was judged under the generation, or will be dropped. What passed while observing is
   * marked otherwise, for nobody may have allowed it: enforcing does not take it for a proof.
   */
  MarkBits proof(Mode mode, int generation) {
    int state = mode == Mode.ENFORCE ? layout.outOk() : layout.outOk() | layout.inOk();
    return whole(state | layout.generationBits(generation));
  }

  /** Compares one state bit and leaves the others out. */
  MarkBits anyRefused() {
    return bit(layout.refused());
  }

  /** As {@link #anyRefused}: a proof of any mode and generation. */
  MarkBits anyProof() {
    return bit(layout.outOk());
  }

  /** As {@link #anyRefused}: nobody has judged it. */
  MarkBits anyUndecided() {
    return bit(layout.undecided());
  }

  /** All our bits and no other. */
  long ours() {
    return Integer.toUnsignedLong(layout.mask());
  }

  private MarkBits whole(int value) {
    return new MarkBits(Integer.toUnsignedLong(value), ours());
  }

  private static MarkBits bit(int bit) {
    return new MarkBits(Integer.toUnsignedLong(bit), Integer.toUnsignedLong(bit));
  }
}
