// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.kernel.proc.SocketTable;
import org.sallyport.kernel.proc.SocketTable.Row;

/**
 * The program behind a packet of a protocol without ports. Such a packet names its socket only in
 * part: an echo by its identifier, everything else by its protocol and the uid the kernel told. All
 * sockets that may have sent it must be held by programs that run the same file; a raw socket of
 * another protocol is among them if it has such a packet on its way. Thread-safe.
 */
public final class PortlessSockets {

  private static final int IGMP = 2;

  private final SocketTable table;
  private final ProcessFinder finder;
  private final String source;

  /**
   * Makes a reader.
   *
   * @param table the kernel's tables
   * @param finder from a socket to its program
   * @param source the name of the source
   */
  public PortlessSockets(SocketTable table, ProcessFinder finder, String source) {
    this.table = table;
    this.finder = finder;
    this.source = source;
  }

  /**
   * Whether a packet is one of those.
   *
   * @param packet the packet
   * @return true for ICMP, ICMPv6 and all other protocols without ports
   */
  public static boolean covers(PacketView packet) {
    return !IpProtocol.hasPorts(packet.protocol());
  }

  /**
   * What can be said without a look at the tables.
   *
   * @param packet a packet that is not forwarded, and not the kernel's own
   * @param owner who opened its socket
   * @return kernel or pending
   */
  public Subject findNow(PacketView packet, Owner owner) {
    return packet.direction() == Direction.IN && isAnsweredByTheKernel(packet)
        ? kernel(owner)
        : owner.pending(source);
  }

  /**
   * Searches the program.
   *
   * @param packet a packet that is not forwarded, and not the kernel's own
   * @param owner who opened its socket
   * @param deadlineNs the {@link System#nanoTime} at which to give up
   * @return the program, the kernel, or unknown
   */
  public SubjectView find(PacketView packet, Owner owner, long deadlineNs) {
    return packet.direction() == Direction.IN
        ? receiver(packet, owner, deadlineNs)
        : sender(packet, owner, deadlineNs);
  }

  private SubjectView sender(PacketView packet, Owner owner, long deadlineNs) {
    boolean v6 = Senders.isV6(packet);
    List<Long> inodes = new ArrayList<>(Senders.raw(table, packet));
    if (packet.protocol() == (v6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP)) {
      inodes.addAll(Senders.of(packet, table.echoSenders(v6, packet.icmpIdentifier())));
    }
    return inodes.isEmpty()
        ? owner.unknown("the socket is closed, or of a kind that cannot be looked up", source)
        : finder.find(inodes, packet.ownerUserId(), owner, deadlineNs);
  }

  /** A raw socket is given a copy; only what the kernel has no use for is the program's own. */
  private SubjectView receiver(PacketView packet, Owner owner, long deadlineNs) {
    List<Row> rows =
        isAnsweredByTheKernel(packet)
            ? List.of()
            : table.rawReceivers(Senders.isV6(packet), packet.protocol()).stream()
                .filter(row -> row.inode() != 0)
                .toList();
    if (rows.isEmpty()) {
      return kernel(owner);
    }
    long userId = rows.get(0).userId();
    if (rows.stream().anyMatch(row -> row.userId() != userId)) {
      return owner.unknown("programs of several users read this protocol", source);
    }
    Owner opener = Owner.ofSocket(userId, "/proc/net/raw");
    return finder.find(rows.stream().map(Row::inode).toList(), userId, opener, deadlineNs);
  }

  private Subject kernel(Owner owner) {
    return owner.without(SubjectKind.KERNEL, "the kernel's own", source);
  }

  private static boolean isAnsweredByTheKernel(PacketView packet) {
    int protocol = packet.protocol();
    return protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6 || protocol == IGMP;
  }
}
