// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * Which senders may go on by themselves: see {@link ProofProgram}. A proof is one of its epoch;
 * another epoch voids them all at once, and no epoch comes again. Bounded: what was not used for
 * long makes room.
 */
final class Proofs {

  /** How far the clock of {@link ProofProgram} may be behind: ten of the longest ticks. */
  private static final long CLOCK_LAG_NS = 100_000_000;

  private final Maps maps;
  private final NativeBuffer number = NativeBuffer.allocate(Integer.BYTES);
  private final NativeBuffer value = NativeBuffer.allocate(Long.BYTES);
  private volatile long epoch = 1;
  private volatile boolean inForce;
  private volatile String trouble;

  /**
   * Nothing is proven yet.
   *
   * @param maps where proofs stand
   * @param isLoaded whether the program that asks for them could be loaded
   */
  Proofs(Maps maps, boolean isLoaded) {
    this.maps = maps;
    trouble = isLoaded ? "" : "; datagrams are judged one by one: the log says why";
  }

  /** What keeps proofs from being given, for people; nothing if nothing does. */
  String trouble() {
    return trouble;
  }

  /** The epoch now; any thread. */
  long epoch() {
    return epoch;
  }

  /**
   * Voids all proofs, and those still to be given for an epoch that was read before. By one thread.
   *
   * @throws IOException if the kernel refuses: the proofs may stand
   */
  void voidAll() throws IOException {
    long next = epoch + 1;
    value.bytes().putLong(0, next);
    maps.epoch().update(number, value);
    epoch = next;
  }

  /** Whether a rule asks for proofs: otherwise none is given. */
  void inForce(boolean now) {
    inForce = now;
  }

  boolean isInForce() {
    return inForce;
  }

  /** Gives proofs; each thread has its own. */
  final class Giver {

    private final NativeBuffer key = NativeBuffer.allocate(Layout.PROOF_BYTES);
    private final NativeBuffer until = NativeBuffer.allocate(Long.BYTES);

    /**
     * Lets what a datagram's sender sends by its socket to the same address go on.
     *
     * @param found the datagram's record, which names its sender
     * @param ofEpoch the epoch read before the policy was asked
     * @param untilNs until when, {@link System#nanoTime}
     */
    void give(TapRecord found, long ofEpoch, long untilNs) {
      ByteBuffer bytes = key.bytes();
      if (!inForce || !found.fingerprint.describe(bytes)) {
        return;
      }
      ByteBuffer who = found.who();
      bytes.putLong(Layout.PROOF_COOKIE, found.cookie());
      bytes.putLong(Layout.PROOF_EPOCH, ofEpoch);
      bytes.putLong(Layout.PROOF_START, who.getLong(Layout.WHO_START));
      bytes.putInt(Layout.PROOF_PROCESS, who.getInt(Layout.WHO_PROCESS));
      bytes.putInt(Layout.PROOF_EXECUTIONS, who.getInt(Layout.WHO_EXECUTIONS));
      bytes.putInt(Layout.PROOF_USER, who.getInt(Layout.WHO_USER));
      until.bytes().putLong(0, untilNs - CLOCK_LAG_NS);
      try {
        maps.proofs().update(key, until);
      } catch (IOException e) {
        inForce = false; // then each of its packets is judged, as if there were no such rule
        trouble = "; datagrams are judged one by one: " + e.getMessage();
      }
    }
  }
}
