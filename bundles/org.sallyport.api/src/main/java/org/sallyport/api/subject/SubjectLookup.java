// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.io.Closeable;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.packet.PacketView;

/**
 * One thread's way to ask a {@link SubjectSource}. Confined to the thread that opened it. No method
 * throws for what the kernel or a process does: the answer is then {@link SubjectKind#UNKNOWN}.
 */
@ConsumerType
public interface SubjectLookup extends Closeable {

  /** What {@link #socketOf} returns when no socket was found or it has no identity. */
  long NO_SOCKET = 0;

  /** What {@link #holderOf} returns when nothing can be told in so little time. */
  long NO_HOLDER = 0;

  /**
   * What {@link #holderOf} returns for a packet of a program whose socket is not there any more.
   */
  long CLOSED = -1;

  /**
   * Which socket sent this packet. Does not block; costs a few microseconds. Called once for each
   * packet at its first look, before anything else.
   *
   * @param packet the packet; borrowed
   * @return the kernel's socket cookie, or a number that stands for the socket and the program that
   *     sent by it; {@link #NO_SOCKET} if that is not certain
   */
  long socketOf(PacketView packet);

  /**
   * Which process seems to hold the packet's socket. A hint that nothing was made sure of: good
   * enough to refuse once more a program that floods, never to allow. Does not block; costs a few
   * microseconds. To be asked right after {@link #socketOf} about the same packet, on the packet
   * thread.
   *
   * @param packet the packet; borrowed
   * @return {@link #holder} of the process, {@link #CLOSED}, or {@link #NO_HOLDER}
   */
  default long holderOf(PacketView packet) {
    return NO_HOLDER;
  }

  /**
   * The number that stands for a process in {@link #holderOf}.
   *
   * @param process the process
   * @return a positive number, another one for each process
   */
  static long holder(ProcessId process) {
    return (process.startTimeTicks() & 0x1ff_ffff_ffffL) << 22 | (process.pid() & 0x3f_ffff);
  }

  /**
   * The epoch of proofs, to be read before the policy of a cycle is taken up. Does not block.
   *
   * @return what {@link #prove} is given; any number if nothing is ever proven
   */
  default long epochOfProofs() {
    return 0;
  }

  /**
   * Lets more packets like this one go on without being queued: of the same process, by the same
   * socket, between the same addresses and ports, until a moment, and only as long as the epoch is
   * the same. Does nothing where that cannot be proven. Does not block; costs a few microseconds.
   * To be called for a packet that is allowed, right after {@link #socketOf} about it, on the
   * packet thread.
   *
   * @param packet the packet; borrowed
   * @param epoch what {@link #epochOfProofs} returned before the policy was taken up that allows it
   * @param untilNs the {@link System#nanoTime} at which the proof ends
   */
  default void prove(PacketView packet, long epoch, long untilNs) {}

  /**
   * Finds the subject if that needs no search. Does not block: called on the packet thread.
   *
   * @param packet the packet; borrowed
   * @return the subject, valid until the next call on this lookup; of kind {@link
   *     SubjectKind#PENDING} if a search is needed
   */
  SubjectView findNow(PacketView packet);

  /**
   * Finds the subject, searching {@code /proc} if needed. Called on a worker thread.
   *
   * @param packet the packet; a copy that stays valid
   * @param deadlineNs the {@link System#nanoTime()} at which to give up and answer unknown
   * @return the subject, which stays valid and may be handed to another thread; never of kind
   *     {@link SubjectKind#PENDING}
   */
  SubjectView find(PacketView packet, long deadlineNs);

  /** Frees the kernel sockets; idempotent. */
  @Override
  void close();
}
