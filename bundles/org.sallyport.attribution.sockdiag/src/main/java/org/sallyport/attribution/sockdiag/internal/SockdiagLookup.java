// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Owner;
import org.sallyport.kernel.proc.SocketTable;

/**
 * Finds a packet's program: sock_diag names the socket, {@code /proc} its holder. Nothing is
 * guessed: where several programs may have sent, the subject is unknown. Confined to one thread.
 */
final class SockdiagLookup implements SubjectLookup {

  private static final String SOURCE = SockdiagSource.NAME;
  private static final String SOCK_DIAG = "sock_diag";

  private final SocketQuery query;
  private final Findings findings;

  SockdiagLookup(SocketQuery query, Findings findings) {
    this.query = query;
    this.findings = findings;
  }

  /**
   * The cookie of the packet's socket. An unconnected datagram socket has one only while it was
   * lately seen to be alone on its port: else the kernel may have named another program's.
   */
  @Override
  public long socketOf(PacketView packet) {
    return switch (query.ask(packet)) {
      case HELD, ORPHAN, KERNEL_MADE -> query.cookie();
      case HELD_LOOSELY -> findings.isAlone(query.cookie()) ? query.cookie() : NO_SOCKET;
      default -> NO_SOCKET;
    };
  }

  @Override
  public SubjectView findNow(PacketView packet) {
    Owner owner = Owner.of(packet);
    if (isKernelsOwn(packet)) {
      return withoutSocket(packet, owner);
    }
    SocketState state = query.ask(packet);
    if (!state.isHeld()) {
      return withoutHolder(packet, state, owner);
    }
    Owner opener = openerOf(packet, owner);
    boolean certain = state == SocketState.HELD || findings.isAlone(query.cookie());
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
    SocketState state = query.ask(packet);
    if (!state.isHeld()) {
      return withoutHolder(packet, state, owner);
    }
    long cookie = query.cookie();
    List<Long> inodes =
        state == SocketState.HELD ? List.of(query.inode()) : allThatShare(packet, query.inode());
    SubjectView subject =
        findings.finder().find(inodes, query.userId(), openerOf(packet, owner), deadlineNs);
    if (subject.kind() == SubjectKind.PROCESS) {
      if (inodes.size() == 1) {
        findings.markAlone(cookie);
      }
      findings.keep(cookie, subject.seen());
    }
    return subject;
  }

  /** Every socket that may have sent from an unconnected port, the named one among them. */
  private List<Long> allThatShare(PacketView packet, long named) {
    List<Long> inodes =
        findings
            .table()
            .senders(
                packet.protocol(),
                new SocketTable.End(packet.localHigh(), packet.localLow(), packet.localPort()),
                new SocketTable.End(packet.remoteHigh(), packet.remoteLow(), packet.remotePort()))
            .stream()
            .map(SocketTable.Row::inode)
            .toList();
    return inodes.contains(named) ? inodes : List.of(named);
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
    if (packet.hasOwner() || state == SocketState.FAILED) {
      return owner.unknown(reason(state), SOURCE);
    }
    return packet.direction() == Direction.IN && state == SocketState.NOT_FOUND
        ? owner.without(SubjectKind.NONE, "no program listens", SOURCE)
        : owner.without(SubjectKind.KERNEL, "made by the kernel", SOURCE);
  }

  private static String reason(SocketState state) {
    return switch (state) {
      case UNSUPPORTED -> "sockets of this protocol cannot be looked up";
      case ANOTHER -> "several sockets share the port";
      case FAILED -> "the kernel could not name the socket";
      default -> "the socket is closed";
    };
  }

  @Override
  public void close() {
    query.close();
  }
}
