// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.decision.Verdict;
import org.sallyport.codec.netlink.NfqVerdict;

/**
 * Answers packets, each exactly once: a packet is {@link #open} until it is given a verdict, sent
 * to the parking queue or put aside, and nothing can be said about a packet that is not open.
 * Verdicts are collected and leave in one send per queue. Owned by the agent.
 */
final class Verdicts {

  private final PacketQueue fast;
  private final PacketQueue parking;
  private final NfqVerdict fastBatch;
  private final NfqVerdict parkingBatch;
  private final int parkingNumber;
  private final MarkLayout marks;
  private boolean binding = true;
  private boolean open;
  private Lane lane = Lane.FAST;
  private int packetId;
  private int packetMark;
  private long parked;

  /**
   * Starts with nothing to say.
   *
   * @param queues where packets are
   * @param queueNumber the number of the fast queue
   * @param marks our bits
   */
  Verdicts(PacketQueues queues, int queueNumber, MarkLayout marks) {
    fast = queues.fast();
    parking = queues.parking();
    parkingNumber = queueNumber + 1;
    fastBatch = new NfqVerdict(fast.verdicts(), queueNumber);
    parkingBatch = new NfqVerdict(parking.verdicts(), parkingNumber);
    this.marks = marks;
  }

  /** Whether refusals bind; while observing every packet is accepted, whatever is said here. */
  void bind(boolean refusalsBind) {
    binding = refusalsBind;
  }

  /**
   * Takes up a packet.
   *
   * @param from the queue it is in
   * @param id its id there
   * @param mark its whole mark
   */
  void open(Lane from, int id, int mark) {
    if (open) {
      throw new IllegalStateException("packet " + packetId + " has no verdict yet");
    }
    lane = from;
    packetId = id;
    packetMark = mark;
    open = true;
  }

  /** Whether the packet taken up still needs a verdict. */
  boolean isOpen() {
    return open;
  }

  /** The queue of the packet taken up last. */
  Lane lane() {
    return lane;
  }

  /** Puts the packet aside: it waits in the kernel until it is taken up again. */
  void hold() {
    close();
  }

  /**
   * Sends the packet to the parking queue, also if it is there: it comes again, under a new id and
   * with its mark as it is.
   */
  void park() throws IOException {
    close();
    parked++;
    add(binding ? NfqVerdict.toQueue(parkingNumber) : NfqVerdict.toQueueOrAccept(parkingNumber));
  }

  /** How many packets were sent to the parking queue so far. */
  long parked() {
    return parked;
  }

  /**
   * Answers the packet. What is allowed enters the table again with the proof it already carries:
   * our chain lets it pass and the rules of others behind ours see it. ACCEPT would end the table,
   * theirs too; another mark would have the packet routed again.
   */
  void give(Verdict verdict) throws IOException {
    close();
    switch (binding ? verdict : Verdict.ALLOW) {
      case ALLOW -> add(NfqVerdict.REPEAT);
      case DENY -> add(NfqVerdict.DROP);
      case REJECT -> reject();
    }
  }

  private void add(int verdict) throws IOException {
    if (!batch().add(packetId, verdict)) {
      flush(lane);
      batch().add(packetId, verdict);
    }
  }

  /** Sends the packet through our chain again, whose first rule refuses what carries this mark. */
  private void reject() throws IOException {
    int mark = (packetMark & ~marks.mask()) | marks.refused();
    if (!batch().add(packetId, NfqVerdict.REPEAT, mark)) {
      flush(lane);
      batch().add(packetId, NfqVerdict.REPEAT, mark);
    }
  }

  private NfqVerdict batch() {
    return lane == Lane.FAST ? fastBatch : parkingBatch;
  }

  private void close() {
    if (!open) {
      throw new IllegalStateException("no packet waits for a verdict");
    }
    open = false;
  }

  /** Sends all verdicts collected so far. */
  void flush() throws IOException {
    flush(Lane.FAST);
    flush(Lane.PARKING);
  }

  private void flush(Lane of) throws IOException {
    NfqVerdict batch = of == Lane.FAST ? fastBatch : parkingBatch;
    if (batch.length() > 0) {
      (of == Lane.FAST ? fast : parking).send(batch.length());
      batch.reset();
    }
  }
}
