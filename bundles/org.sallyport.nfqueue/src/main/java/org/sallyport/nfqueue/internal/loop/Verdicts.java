// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.decision.Verdict;
import org.sallyport.codec.netlink.NfqVerdict;

/**
 * Answers packets, each exactly once: a packet is {@link #open} until it is given a verdict or put
 * aside, and nothing can be said about a packet that is not open. Verdicts are collected and leave
 * in one send. Owned by the agent.
 */
final class Verdicts {

  private final PacketQueue queue;
  private final NfqVerdict batch;
  private final MarkLayout marks;
  private boolean binding = true;
  private boolean open;
  private int packetId;
  private int packetMark;

  Verdicts(PacketQueue queue, int queueNumber, MarkLayout marks) {
    this.queue = queue;
    this.batch = new NfqVerdict(queue.verdicts(), queueNumber);
    this.marks = marks;
  }

  /** Whether refusals bind; while observing every packet is accepted, whatever is said here. */
  void bind(boolean refusalsBind) {
    binding = refusalsBind;
  }

  /**
   * Takes up a packet.
   *
   * @param id its id
   * @param mark its whole mark
   */
  void open(int id, int mark) {
    if (open) {
      throw new IllegalStateException("packet " + packetId + " has no verdict yet");
    }
    packetId = id;
    packetMark = mark;
    open = true;
  }

  /** Whether the packet taken up still needs a verdict. */
  boolean isOpen() {
    return open;
  }

  /** Puts the packet aside: it waits in the kernel until it is taken up again. */
  void hold() {
    close();
  }

  /** Answers the packet. */
  void give(Verdict verdict) throws IOException {
    close();
    switch (binding ? verdict : Verdict.ALLOW) {
      case ALLOW -> accept();
      case DENY -> drop();
      case REJECT -> reject();
    }
  }

  /** The mark stays as it is: another one would have the packet routed again. */
  private void accept() throws IOException {
    if (!batch.add(packetId, NfqVerdict.ACCEPT)) {
      flush();
      batch.add(packetId, NfqVerdict.ACCEPT);
    }
  }

  private void drop() throws IOException {
    if (!batch.add(packetId, NfqVerdict.DROP)) {
      flush();
      batch.add(packetId, NfqVerdict.DROP);
    }
  }

  /** Sends the packet through our chain again, whose first rule refuses what carries this mark. */
  private void reject() throws IOException {
    int mark = (packetMark & ~marks.mask()) | marks.refused();
    if (!batch.add(packetId, NfqVerdict.REPEAT, mark)) {
      flush();
      batch.add(packetId, NfqVerdict.REPEAT, mark);
    }
  }

  private void close() {
    if (!open) {
      throw new IllegalStateException("no packet waits for a verdict");
    }
    open = false;
  }

  /** Sends all verdicts collected so far. */
  void flush() throws IOException {
    if (batch.length() > 0) {
      queue.send(batch.length());
      batch.reset();
    }
  }
}
