// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.ArrayList;
import java.util.List;

/**
 * Who is behind this flow? Asked once, while all packets of the flow wait for the same answer. A
 * worker reads the final fields only; the list of packets is the agent's.
 */
final class Question {

  private final FlowKey key;
  private final PacketCopy packet;
  private final long deadlineNs;
  private final List<Held> held = new ArrayList<>(1);

  /**
   * A packet that waits in the kernel for its verdict.
   *
   * @param id its id
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

  /** The packets that wait. Only the agent's thread may ask. */
  List<Held> held() {
    return held;
  }
}
