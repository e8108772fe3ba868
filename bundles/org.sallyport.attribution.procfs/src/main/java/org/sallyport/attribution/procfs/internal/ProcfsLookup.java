// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.procfs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Owner;
import org.sallyport.attribution.process.PortlessSockets;
import org.sallyport.attribution.process.ProcessFinder;
import org.sallyport.attribution.process.Senders;
import org.sallyport.kernel.proc.SocketTable;
import org.sallyport.kernel.proc.SocketTable.End;
import org.sallyport.kernel.proc.SocketTable.Row;

/**
 * Finds a packet's program in the kernel's tables of sockets and then in {@code /proc}. A table
 * takes milliseconds to read, so nearly everything needs a search. Holds no state of its own.
 */
final class ProcfsLookup implements SubjectLookup {

  private static final String SOURCE = ProcfsSource.NAME;
  private static final int STATE_TIME_WAIT = 6;
  private static final int STATE_SYN_RECV = 3;

  /**
   * Of sockets that no program holds; the others were closed: SYN_RECV, ESTABLISHED, CLOSE_WAIT.
   */
  private static final Set<Integer> UNACCEPTED = Set.of(STATE_SYN_RECV, 1, 8);

  private final SocketTable table;
  private final ProcessFinder finder;
  private final PortlessSockets portless;

  ProcfsLookup(SocketTable table, ProcessFinder finder) {
    this.table = table;
    this.finder = finder;
    this.portless = new PortlessSockets(table, finder, SOURCE);
  }

  /** The tables tell no cookie. */
  @Override
  public long socketOf(PacketView packet) {
    return NO_SOCKET;
  }

  @Override
  public SubjectView findNow(PacketView packet) {
    Owner owner = Owner.of(packet);
    if (packet.direction() == Direction.FORWARD) {
      return owner.without(SubjectKind.FORWARD, "routed through this host", SOURCE);
    }
    if (isKernelsOwn(packet)) {
      return kernel(owner);
    }
    return PortlessSockets.covers(packet) ? portless.findNow(packet, owner) : owner.pending(SOURCE);
  }

  @Override
  public SubjectView find(PacketView packet, long deadlineNs) {
    Owner owner = Owner.of(packet);
    if (packet.direction() == Direction.FORWARD) {
      return owner.without(SubjectKind.FORWARD, "routed through this host", SOURCE);
    }
    if (isKernelsOwn(packet)) {
      return kernel(owner);
    }
    if (PortlessSockets.covers(packet)) {
      return portless.find(packet, owner, deadlineNs);
    }
    if (!packet.hasPorts() || !SocketTable.hasEnds(packet.protocol())) {
      return packet.hasOwner()
          ? owner.unknown("sockets of this protocol cannot be looked up", SOURCE)
          : kernel(owner);
    }
    if (packet.hasOwner() && packet.protocol() != IpProtocol.TCP) {
      return sender(packet, owner, deadlineNs);
    }
    List<Row> rows = ends(packet);
    List<Row> held =
        rows.stream()
            .filter(row -> row.inode() != 0)
            .filter(row -> !packet.hasOwner() || row.userId() == packet.ownerUserId())
            .toList();
    return held.isEmpty() ? withoutHolder(packet, rows, owner) : search(packet, held, deadlineNs);
  }

  /** A datagram's addresses name no socket for certain: its program gave both as it liked. */
  private SubjectView sender(PacketView packet, Owner owner, long deadlineNs) {
    List<Long> inodes =
        new ArrayList<>(Senders.of(packet, table.onPort(packet.protocol(), packet.localPort())));
    inodes.addAll(Senders.raw(table, packet));
    return inodes.isEmpty()
        ? owner.unknown("no open socket has this packet on its way", SOURCE)
        : finder.find(inodes, packet.ownerUserId(), owner, deadlineNs);
  }

  /** The sockets with the packet's ends; a connection that nobody accepted is its listener's. */
  private List<Row> ends(PacketView packet) {
    if (!packet.knowsRemote()) {
      return List.of(); // whose other end is where it goes now is another socket
    }
    End local = new End(packet.localHigh(), packet.localLow(), packet.localPort());
    End remote = new End(packet.remoteHigh(), packet.remoteLow(), packet.remotePort());
    List<Row> rows = table.senders(packet.protocol(), local, remote);
    boolean unaccepted =
        packet.direction() == Direction.IN
            && packet.protocol() == IpProtocol.TCP
            && rows.stream().anyMatch(row -> row.inode() == 0 && UNACCEPTED.contains(row.state()));
    return unaccepted ? table.unconnected(packet.protocol(), local) : rows;
  }

  private SubjectView search(PacketView packet, List<Row> held, long deadlineNs) {
    long userId = held.get(0).userId();
    Owner owner = packet.hasOwner() ? Owner.of(packet) : Owner.ofSocket(userId, "/proc/net");
    return finder.find(held.stream().map(Row::inode).toList(), userId, owner, deadlineNs);
  }

  private static Subject withoutHolder(PacketView packet, List<Row> rows, Owner owner) {
    if (packet.hasOwner() || !packet.knowsRemote()) {
      return owner.unknown("the socket is closed", SOURCE);
    }
    boolean orphan =
        rows.stream().anyMatch(r -> r.state() != STATE_TIME_WAIT && r.state() != STATE_SYN_RECV);
    if (orphan) {
      return owner.unknown("the program closed the socket", SOURCE);
    }
    return rows.isEmpty() && packet.direction() == Direction.IN
        ? owner.without(SubjectKind.NONE, "no program listens", SOURCE)
        : kernel(owner);
  }

  private static Subject kernel(Owner owner) {
    return owner.without(SubjectKind.KERNEL, "made by the kernel", SOURCE);
  }

  private static boolean isKernelsOwn(PacketView packet) {
    return packet.direction() == Direction.OUT
        && !packet.hasOwner()
        && packet.protocol() != IpProtocol.TCP;
  }

  @Override
  public void close() {
    // nothing is open between calls
  }
}
