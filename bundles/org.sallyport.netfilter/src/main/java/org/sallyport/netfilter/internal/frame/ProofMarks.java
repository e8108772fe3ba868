// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.MarkBits;

/**
 * What our bits of a mark say, as values that rules compare and set.
 *
 * <pre>
 *   U             nobody has judged this packet
 *   O, generation judged on its way out       I alone: on its way out, none of ours to judge
 *   I, generation judged on its way in        O alone: on its way in, none of ours to judge
 *   O I, gen.     judged on its way through, or both on its way out and in (loopback)
 *   R             of a packet: to be rejected; of a connection: it ran and may run no longer
 *   O R, gen.     of a packet at the queue: its destination was rewritten; a connection gets no R of it
 * </pre>
 *
 * @param layout where our bits are
 * @param mode whether verdicts bind
 * @param generation the policy's generation
 */
record ProofMarks(MarkLayout layout, Mode mode, int generation) {

  /** The marks of an order. */
  static ProofMarks of(ChainOrder order) {
    return new ProofMarks(order.marks(), order.mode(), order.generation());
  }

  /** Nobody has judged this packet: the gate drops it. */
  MarkBits undecided() {
    return whole(layout.undecided());
  }

  /**
   * This packet is none of ours to judge and passes. It proves nothing about its connection: if it
   * did, an ICMP error of our own REJECT would allow the very flow that was refused.
   */
  MarkBits exempt(Direction direction) {
    return whole(direction == Direction.IN ? layout.outOk() : layout.inOk());
  }

  /**
   * This packet was judged under the generation, or will be dropped. What passed while observing is
   * marked as undecided besides, for nobody may have allowed it: there is no gate then that would
   * drop it, and enforcing does not take it for a proof, not even in the same generation.
   */
  MarkBits proof(Direction direction) {
    int unproven = mode == Mode.OBSERVE ? layout.undecided() : 0;
    int state =
        switch (direction) {
          case OUT -> layout.outOk();
          case IN -> layout.inOk();
          case FORWARD -> layout.outOk() | layout.inOk();
        };
    return whole(unproven | state | layout.generationBits(generation));
  }

  /** Both ends of a flow within this host were judged under the generation. */
  MarkBits proofOfBothEnds() {
    return proof(Direction.FORWARD);
  }

  /** Compares one state bit and leaves the others out. */
  MarkBits anyRefused() {
    return bit(layout.refused());
  }

  /**
   * Says besides the proof that the destination was rewritten. Of all our bits it is this one, as
   * whatever takes it for itself refuses the packet.
   */
  MarkBits rewritten() {
    return bit(layout.refused());
  }

  /** As {@link #anyRefused}: a proof of this direction, of any generation. */
  MarkBits anyProof(Direction direction) {
    return bit(direction == Direction.IN ? layout.inOk() : layout.outOk());
  }

  /** As {@link #anyRefused}: nobody has judged it. */
  MarkBits anyUndecided() {
    return bit(layout.undecided());
  }

  /**
   * What a connection keeps of its packet's mark: all our bits, but R is not a packet's to give.
   */
  long kept() {
    return ours() & ~Integer.toUnsignedLong(layout.refused());
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
