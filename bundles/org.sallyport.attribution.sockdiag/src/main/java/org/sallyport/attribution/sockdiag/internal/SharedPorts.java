// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Owner;
import org.sallyport.attribution.process.ProcessFinder;
import org.sallyport.kernel.proc.SocketTable;
import org.sallyport.kernel.proc.SocketTable.End;
import org.sallyport.kernel.proc.SocketTable.Row;

/**
 * The sockets a packet may belong to where its addresses name several or none, read from the
 * kernel's tables. The owner that the kernel told with the packet narrows them. Thread-safe.
 */
final class SharedPorts {

  private final SocketTable table;
  private final ProcessFinder finder;

  SharedPorts(SocketTable table, ProcessFinder finder) {
    this.table = table;
    this.finder = finder;
  }

  /**
   * Every unconnected socket that may be given this, with the named one or not: the kernel prefers
   * the narrower address, so those bound as the named one compete with it.
   */
  List<Long> allThatShare(PacketView packet, long named) {
    List<Row> rows = table.unconnected(packet.protocol(), local(packet));
    Optional<Row> chosen = rows.stream().filter(row -> row.inode() == named).findFirst();
    return inodes(
        packet, rows.stream().filter(row -> chosen.filter(row::isBoundAs).isPresent()).toList());
  }

  /** The program that sent a packet whose receiver was changed before it came here. */
  SubjectView ofAnyReceiver(PacketView packet, Owner owner, long deadlineNs) {
    List<Long> inodes = inodes(packet, table.tcpSendersToAnywhere(local(packet)));
    return inodes.isEmpty()
        ? owner.unknown("the socket is closed", SockdiagSource.NAME)
        : finder.find(inodes, packet.ownerUserId(), owner, deadlineNs);
  }

  private static List<Long> inodes(PacketView packet, List<Row> rows) {
    return rows.stream()
        .filter(row -> row.inode() != 0)
        .filter(row -> !packet.hasOwner() || row.userId() == packet.ownerUserId())
        .map(Row::inode)
        .toList();
  }

  private static End local(PacketView packet) {
    return new End(packet.localHigh(), packet.localLow(), packet.localPort());
  }
}
