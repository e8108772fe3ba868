// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.util.Optional;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

/**
 * Finds a packet's sender by what the kernel noted as it sent. Where that is not certain the next
 * source is asked as if there were no other. Confined to one thread.
 */
final class BpfLookup implements SubjectLookup {

  private final Pairing pairing;
  private final Running running;
  private final Facts facts;
  private final Proofs proofs;
  private final Proofs.Giver giver;
  private final SubjectLookup next;
  private final Fingerprint seen = new Fingerprint();

  /** The packet this was asked about last, if its record names the sender. */
  private final TapRecord found = new TapRecord();

  private boolean isFound;

  /** Of the last sender; most packets come from the same one as those before them. */
  private final TapRecord last = new TapRecord();

  private Optional<Running.Program> lastFile = Optional.empty();

  /**
   * Makes a lookup.
   *
   * @param pairing finds a packet's record
   * @param running finds the file its sender runs
   * @param facts tells the rest
   * @param proofs lets senders go on by themselves
   * @param next is asked about all other packets; closed with this
   */
  BpfLookup(Pairing pairing, Running running, Facts facts, Proofs proofs, SubjectLookup next) {
    this.pairing = pairing;
    this.running = running;
    this.facts = facts;
    this.proofs = proofs;
    this.giver = proofs.new Giver();
    this.next = next;
  }

  /** At a packet's first look its record is taken, whatever becomes of it. */
  @Override
  public long socketOf(PacketView packet) {
    isFound = isTold(packet) && (packet.isFirstLook() ? take(packet) : recall());
    return isFound ? found.socket() : next.socketOf(packet);
  }

  /** Whether the tap tells of such a packet. */
  private boolean isTold(PacketView packet) {
    return packet.direction() == Direction.OUT
        && seen.take(packet)
        && (!seen.isTcp() || seen.opensTcp());
  }

  /** What its sender runs is found out now: it may be gone at the next look. */
  private boolean take(PacketView packet) {
    return pairing.take(seen, packet, found) && file().isPresent();
  }

  private boolean recall() {
    return pairing.recall(seen, found) && file().isPresent();
  }

  private Optional<Running.Program> file() {
    if (lastFile.isEmpty() || !found.isSameSender(last)) {
      lastFile = running.of(found);
      last.copy(found);
    }
    return lastFile;
  }

  @Override
  public long epochOfProofs() {
    return proofs.epoch();
  }

  @Override
  public void prove(PacketView packet, long epoch, long untilNs) {
    if (isAboutTheSame(packet)) {
      giver.give(found, epoch, untilNs);
    }
  }

  @Override
  public long holderOf(PacketView packet) {
    return isAboutTheSame(packet)
        ? SubjectLookup.holder(Sender.process(found.who()))
        : next.holderOf(packet);
  }

  private boolean isAboutTheSame(PacketView packet) {
    return isFound && isTold(packet) && seen.isSame(found.fingerprint);
  }

  @Override
  public SubjectView findNow(PacketView packet) {
    Optional<SubjectView> sender = sender(packet);
    return sender.isPresent() ? sender.get() : next.findNow(packet);
  }

  @Override
  public SubjectView find(PacketView packet, long deadlineNs) {
    Optional<SubjectView> sender = sender(packet);
    return sender.isPresent() ? sender.get() : next.find(packet, deadlineNs);
  }

  /** At the first look its record was taken by {@link #socketOf}; any other time it is recalled. */
  private Optional<SubjectView> sender(PacketView packet) {
    isFound = packet.isFirstLook() ? isAboutTheSame(packet) : isTold(packet) && recall();
    if (!isFound) {
      return Optional.empty();
    }
    return file().map(f -> new SenderView(facts, Sender.of(found), f).atFirstSight());
  }

  @Override
  public void close() {
    next.close();
  }
}
