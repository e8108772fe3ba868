// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.util.Optional;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Owner;

/**
 * Finds a packet's sender by what the kernel noted as it sent. Where that is not certain the next
 * source is asked as if there were no other. Confined to one thread.
 */
final class BpfLookup implements SubjectLookup {

  private final Senders senders;
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
   * @param senders finds a packet's record, and the file its sender runs
   * @param facts tells the rest
   * @param proofs lets senders go on by themselves
   * @param next is asked about all other packets; closed with this
   */
  BpfLookup(Senders senders, Facts facts, Proofs proofs, SubjectLookup next) {
    this.senders = senders;
    this.facts = facts;
    this.proofs = proofs;
    this.giver = proofs.new Giver();
    this.next = next;
  }

  /** At a packet's first look its record is taken, whatever becomes of it. */
  @Override
  public long socketOf(PacketView packet) {
    boolean told = isTold(packet);
    isFound = told && (packet.isFirstLook() ? take(packet) : recall());
    if (isFound) {
      return found.socket();
    }
    long socket = next.socketOf(packet);
    return told ? senders.handedOn().socketOf(seen, socket) : socket;
  }

  /** Whether the tap tells of such a packet. */
  private boolean isTold(PacketView packet) {
    return packet.direction() == Direction.OUT
        && seen.take(packet)
        && (!seen.isTcp() || seen.opensTcp());
  }

  /** What its sender runs is found out now: it may be gone at the next look. */
  private boolean take(PacketView packet) {
    found.blank(seen, 0); // what is not taken must not be the packet's before
    boolean taken = senders.pairing().take(seen, packet, found);
    if (found.isHandedOn()) {
      senders.handedOn().note(found);
    } else if (!taken && senders.pairing().mayBeHandedOn(seen)) {
      senders.handedOn().noteUnknown(seen);
    }
    return taken && file().isPresent();
  }

  private boolean recall() {
    return senders.pairing().recall(seen, found) && file().isPresent();
  }

  private Optional<Running.Program> file() {
    if (lastFile.isEmpty() || !found.isSameSender(last)) {
      lastFile = senders.running().of(found);
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
    return sender.isPresent() ? sender.get() : believed(packet, next.findNow(packet));
  }

  @Override
  public SubjectView find(PacketView packet, long deadlineNs) {
    Optional<SubjectView> sender = sender(packet);
    return sender.isPresent() ? sender.get() : believed(packet, next.find(packet, deadlineNs));
  }

  private SubjectView believed(PacketView packet, SubjectView answer) {
    return isTold(packet) && senders.handedOn().contradicts(seen, answer)
        ? Owner.of(packet)
            .unknown("another process sent it than holds the socket now", BpfSource.NAME)
        : answer;
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
