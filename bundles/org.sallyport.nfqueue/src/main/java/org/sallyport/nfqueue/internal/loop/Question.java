// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

/**
 * What becomes of this flow? Asked once, while all packets of the flow wait for the same answer.
 * Workers use the final and the volatile fields only; the list of packets is the agent's.
 */
final class Question {

  private final FlowKey key;
  private final PacketCopy packet;
  private final long deadlineNs;
  private final List<Held> held = new ArrayList<>(1);
  private volatile boolean taken;
  private volatile boolean settled;
  private volatile Optional<SubjectView> found = Optional.empty();
  private Optional<Answer> provisional = Optional.empty();

  /**
   * A packet that waits in the kernel for its verdict.
   *
   * @param id its id in the parking queue
   * @param mark its whole mark
   * @param length bytes
   */
  record Held(int id, int mark, long length) {}

  Question(FlowKey key, PacketCopy packet, long deadlineNs) {
    this.key = key;
    this.packet = packet;
    this.deadlineNs = deadlineNs;
  }

  FlowKey key() {
    return key;
  }

  /** The packet that raised the question. */
  PacketCopy packet() {
    return packet;
  }

  /** The {@link System#nanoTime} at which the question is given up. */
  long deadlineNs() {
    return deadlineNs;
  }

  /**
   * Whether one more packet with this key may wait for the same answer. Where no cookie proves that
   * it comes from the same socket, only until a worker takes the question up: whoever holds the
   * socket is then searched for after both packets were sent, just as if each were asked about.
   */
  boolean isJoinable() {
    return key.socket() != SubjectLookup.NO_SOCKET || !taken;
  }

  /** A worker takes it up. */
  void take() {
    taken = true;
  }

  /** Its packets have their verdict; an answer is of no use any more. */
  void settle() {
    settled = true;
  }

  boolean isSettled() {
    return settled;
  }

  /** A worker found who it is; may be handed to any thread. */
  void found(SubjectView subject) {
    found = Optional.of(subject);
  }

  Optional<SubjectView> found() {
    return found;
  }

  /** An answer that rests on a fact that is still on its way. Agent only. */
  void keep(Answer answer) {
    provisional = Optional.of(answer);
  }

  Optional<Answer> provisional() {
    return provisional;
  }

  /** The packets that wait. Only the agent's thread may ask. */
  List<Held> held() {
    return held;
  }
}
