// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Owner;
import org.sallyport.attribution.process.PortlessSockets;

/**
 * Finds a packet's program: sock_diag names the socket, {@code /proc} its holder. Nothing is
 * guessed: where several programs may have sent, the subject is unknown. Confined to one thread.
 */
final class SockdiagLookup implements SubjectLookup {

  private static final String SOURCE = SockdiagSource.NAME;
  private static final String SOCK_DIAG = "sock_diag";
  private static final String CLOSED_LIKE_MANY =
      "the socket is closed, as those of many flows of this user";

  private final SocketQuery query;
  private final Findings findings;
  private final SharedPorts ports;
  private final DatagramSenders senders;
  private SocketState asked = SocketState.FAILED;

  SockdiagLookup(SocketQuery query, DatagramSenders senders, Findings findings) {
    this.query = query;
    this.senders = senders;
    this.findings = findings;
    this.ports = new SharedPorts(findings.table(), findings.finder());
  }

  /**
   * The cookie of the packet's socket, if no other can have sent it. A datagram that has lost its
   * owner while it waited has none: it must not pass for the kernel's, or for whoever holds its
   * port now. An unconnected receiver has one only while it was lately seen to be alone.
   */
  @Override
  public long socketOf(PacketView packet) {
    if (DatagramSenders.isDatagramOnItsWayOut(packet)) {
      boolean certain = DatagramSenders.covers(packet) && senders.isCertain(packet);
      asked = senders.named();
      return certain ? senders.cookie() : NO_SOCKET;
    }
    asked = query.ask(packet);
    return switch (asked) {
      case HELD, ORPHAN, KERNEL_MADE -> query.cookie();
      case HELD_LOOSELY -> findings.isAlone(query.cookie()) ? query.cookie() : NO_SOCKET;
      default -> NO_SOCKET;
    };
  }

  @Override
  public long holderOf(PacketView packet) {
    if (mayBeTranslated(packet, asked)) {
      return CLOSED;
    }
    boolean named = asked.isHeld() && query.userId() == packet.ownerUserId();
    if (packet.direction() != Direction.OUT || !named) {
      return NO_HOLDER;
    }
    Optional<ProcessId> process = findings.finder().likely(query.inode(), query.userId());
    return process.map(SubjectLookup::holder).orElse(NO_HOLDER);
  }

  @Override
  public SubjectView findNow(PacketView packet) {
    Owner owner = Owner.of(packet);
    if (isKernelsOwn(packet)) {
      return withoutSocket(packet, owner);
    }
    if (PortlessSockets.covers(packet)) {
      return findings.portless().findNow(packet, owner);
    }
    if (DatagramSenders.covers(packet)) {
      return senderNow(packet, owner);
    }
    SocketState state = query.ask(packet);
    if (mayBeTranslated(packet, state)) {
      return findings.vain().mayTry(packet.ownerUserId())
          ? owner.pending(SOURCE)
          : owner.unknown(CLOSED_LIKE_MANY, SOURCE);
    }
    if (!state.isHeld()) {
      return withoutHolder(packet, state, owner);
    }
    boolean certain =
        state == SocketState.HELD
            || (state == SocketState.HELD_LOOSELY && findings.isAlone(query.cookie()));
    Owner opener = openerOf(packet, owner);
    Optional<SubjectView> found =
        certain
            ? findings.finder().findNow(query.inode(), query.userId(), opener)
            : Optional.empty();
    found.ifPresent(subject -> findings.keepFirst(query.cookie(), subject));
    return found.orElseGet(() -> opener.pending(SOURCE));
  }

  @Override
  public SubjectView find(PacketView packet, long deadlineNs) {
    Owner owner = Owner.of(packet);
    if (isKernelsOwn(packet)) {
      return withoutSocket(packet, owner);
    }
    if (PortlessSockets.covers(packet)) {
      return findings.portless().find(packet, owner, deadlineNs);
    }
    if (DatagramSenders.covers(packet)) {
      return sender(packet, owner, deadlineNs);
    }
    SocketState state = query.ask(packet);
    if (mayBeTranslated(packet, state)) {
      return ofAnyReceiver(packet, owner, deadlineNs);
    }
    if (!state.isHeld()) {
      return withoutHolder(packet, state, owner);
    }
    return state == SocketState.HELD
        ? alone(packet, owner, deadlineNs)
        : sharing(packet, state, owner, deadlineNs);
  }

  private SubjectView senderNow(PacketView packet, Owner owner) {
    Optional<SubjectView> found =
        senders.isCertain(packet)
            ? findings
                .finder()
                .findNow(senders.inode(), packet.ownerUserId(), owner.inCgroup(senders.cgroupId()))
            : Optional.empty();
    if (found.isEmpty()
        && senders.named() == SocketState.NOT_FOUND
        && !findings.vain().mayTry(packet.ownerUserId())) {
      return owner.unknown(CLOSED_LIKE_MANY, SOURCE);
    }
    return found.orElseGet(() -> owner.pending(SOURCE));
  }

  private SubjectView sender(PacketView packet, Owner owner, long deadlineNs) {
    List<Long> inodes = senders.candidates(packet);
    if (inodes.isEmpty()) {
      return owner.unknown("no open socket has this packet on its way", SOURCE);
    }
    return foundFor(
        packet,
        findings
            .finder()
            .find(inodes, packet.ownerUserId(), owner.inCgroup(senders.cgroupId()), deadlineNs));
  }

  private SubjectView ofAnyReceiver(PacketView packet, Owner owner, long deadlineNs) {
    return foundFor(packet, ports.ofAnyReceiver(packet, owner, deadlineNs));
  }

  /** One that was found makes the next search of its user worth while again. */
  private SubjectView foundFor(PacketView packet, SubjectView subject) {
    if (subject.kind() == SubjectKind.PROCESS) {
      findings.vain().succeeded(packet.ownerUserId());
    }
    return subject;
  }

  private SubjectView sharing(PacketView packet, SocketState state, Owner owner, long deadlineNs) {
    long named = query.inode();
    List<Long> inodes = ports.allThatShare(packet, named);
    if (inodes.equals(List.of(named)) || (inodes.isEmpty() && state == SocketState.HELD_LOOSELY)) {
      SubjectView subject = alone(packet, owner, deadlineNs);
      if (subject.kind() == SubjectKind.PROCESS) {
        findings.markAlone(query.cookie());
      }
      return subject;
    }
    if (inodes.isEmpty()) {
      return owner.unknown("several sockets share the port", SOURCE);
    }
    Owner opener = packet.hasOwner() ? owner : Owner.ofSocket(query.userId(), SOCK_DIAG);
    long userId = packet.hasOwner() ? packet.ownerUserId() : query.userId();
    return findings.finder().find(inodes, userId, opener, deadlineNs);
  }

  /** The socket that the kernel named, and no other. */
  private SubjectView alone(PacketView packet, Owner owner, long deadlineNs) {
    List<Long> inode = List.of(query.inode());
    SubjectView subject =
        findings.finder().find(inode, query.userId(), openerOf(packet, owner), deadlineNs);
    if (subject.kind() == SubjectKind.PROCESS) {
      findings.keep(query.cookie(), subject.seen());
    }
    return subject;
  }

  /** Whether the packet's receiver may be another than its socket's: nat OUTPUT comes before us. */
  private static boolean mayBeTranslated(PacketView packet, SocketState state) {
    return state == SocketState.NOT_FOUND
        && packet.direction() == Direction.OUT
        && packet.hasOwner();
  }

  private Owner openerOf(PacketView packet, Owner owner) {
    Owner opener = packet.hasOwner() ? owner : Owner.ofSocket(query.userId(), SOCK_DIAG);
    return opener.inCgroup(query.cgroupId());
  }

  /** Whether no socket needs to be looked for. */
  private static boolean isKernelsOwn(PacketView packet) {
    return switch (packet.direction()) {
      case FORWARD -> true;
      case OUT -> !packet.hasOwner() && packet.protocol() != IpProtocol.TCP;
      case IN -> false;
    };
  }

  private static Subject withoutSocket(PacketView packet, Owner owner) {
    return packet.direction() == Direction.FORWARD
        ? owner.without(SubjectKind.FORWARD, "routed through this host", SOURCE)
        : owner.without(SubjectKind.KERNEL, "made by the kernel", SOURCE);
  }

  private Subject withoutHolder(PacketView packet, SocketState state, Owner owner) {
    if (state == SocketState.ORPHAN) {
      return findings
          .kept(query.cookie())
          .orElseGet(() -> owner.unknown("the program closed the socket", SOURCE));
    }
    boolean untold = state == SocketState.FAILED || state == SocketState.FRAGMENT;
    if (packet.hasOwner() || untold || !packet.knowsRemote()) {
      return owner.unknown(reason(state), SOURCE);
    }
    return packet.direction() == Direction.IN && state == SocketState.NOT_FOUND
        ? owner.without(SubjectKind.NONE, "no program listens", SOURCE)
        : owner.without(SubjectKind.KERNEL, "made by the kernel", SOURCE);
  }

  private static String reason(SocketState state) {
    return switch (state) {
      case UNSUPPORTED -> "sockets of this protocol cannot be looked up";
      case FRAGMENT -> "a later fragment does not tell its ports";
      case FAILED -> "the kernel could not name the socket";
      default -> "the socket is closed";
    };
  }

  @Override
  public void close() {
    senders.close();
    query.close();
  }
}
