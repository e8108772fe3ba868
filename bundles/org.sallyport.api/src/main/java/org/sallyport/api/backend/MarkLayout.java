// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

/**
 * How our bits of packet and connection marks are divided: the upper four say what was decided, the
 * others hold the generation.
 *
 * <pre>
 *   mask 0xffff0000:   31 30 29 28 | 27 … 16 | 15 … 0
 *                       R  I  O  U | generation | not ours, never changed
 *   U undecided, O out-ok, I in-ok, R refused
 * </pre>
 *
 * <p>R says two things of a packet, by whether O is with it: alone that it is to be rejected, with
 * O that it waits for its verdict and its destination was rewritten ({@link #isRewritten}). Should
 * the second ever be taken for the first, a packet is refused. A connection's mark has R alone.
 *
 * @param mask the bits that are ours: one run of 16 to 32 bits
 */
public record MarkLayout(int mask) {

  /** The mask used unless the settings name another. */
  public static final int DEFAULT_MASK = 0xffff0000;

  private static final int STATE_BITS = 4;

  /** Checks that the bits are one run of at least 16. */
  public MarkLayout {
    int run = mask >>> Integer.numberOfTrailingZeros(mask);
    if (Integer.bitCount(mask) < STATE_BITS + 12 || (run & (run + 1)) != 0) {
      throw new IllegalArgumentException(
          String.format("the mark mask 0x%08x must be one run of at least 16 bits", mask));
    }
  }

  private int generationShift() {
    return Integer.numberOfTrailingZeros(mask);
  }

  private int stateShift() {
    return generationShift() + Integer.bitCount(mask) - STATE_BITS;
  }

  /**
   * The highest generation; generations count from 1.
   *
   * @return at least 4095
   */
  public int maxGeneration() {
    return (1 << (Integer.bitCount(mask) - STATE_BITS)) - 1;
  }

  /**
   * The bit of packets that nobody has judged yet.
   *
   * @return one bit within the mask
   */
  public int undecided() {
    return 1 << stateShift();
  }

  /**
   * The bit of outgoing packets and flows that may pass.
   *
   * @return one bit within the mask
   */
  public int outOk() {
    return 2 << stateShift();
  }

  /**
   * The bit of incoming packets and flows that may pass.
   *
   * @return one bit within the mask
   */
  public int inOk() {
    return 4 << stateShift();
  }

  /**
   * The bit of packets that are to be rejected.
   *
   * @return one bit within the mask
   */
  public int refused() {
    return 8 << stateShift();
  }

  /**
   * Whether a mark says of a packet on its way out that somebody's rule in nat OUTPUT rewrote its
   * destination: where it goes is not what its program asked for.
   *
   * @param mark the packet's mark
   * @return true if both R and O are set
   */
  public boolean isRewritten(int mark) {
    int both = outOk() | refused();
    return (mark & both) == both;
  }

  /**
   * All four state bits.
   *
   * @return the bits within the mask
   */
  public int stateMask() {
    return 15 << stateShift();
  }

  /**
   * A generation in its place.
   *
   * @param generation 1 to {@link #maxGeneration}
   * @return the bits within the mask
   */
  public int generationBits(int generation) {
    if (generation < 1 || generation > maxGeneration()) {
      throw new IllegalArgumentException(
          "a generation is 1 to " + maxGeneration() + ", not " + generation);
    }
    return generation << generationShift();
  }

  /**
   * The generation in a mark.
   *
   * @param mark a packet's or connection's mark
   * @return 0 if none, else 1 to {@link #maxGeneration}
   */
  public int generationOf(int mark) {
    return (mark & mask) >>> generationShift() & maxGeneration();
  }
}
