// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.util.List;
import java.util.stream.Stream;
import org.sallyport.api.packet.PacketView;
import org.sallyport.kernel.proc.SocketTable;
import org.sallyport.kernel.proc.SocketTable.Row;

/**
 * Which sockets may have sent a packet, by what the kernel says about each: its owner, and how much
 * of what it sent is still on its way. A packet that waits for its verdict is charged to its
 * socket, so a datagram or raw socket with less on its way did not send it.
 */
public final class Senders {

  private Senders() {}

  /**
   * Whether a socket with so much on its way may have sent this.
   *
   * @param packet the packet
   * @param sendQueue bytes the socket sent and the kernel still holds
   * @return false if it did not
   */
  public static boolean maySend(PacketView packet, long sendQueue) {
    return !packet.awaitsVerdict() || sendQueue >= packet.packetLength();
  }

  /**
   * Whether a socket of that user may have sent this.
   *
   * @param packet a packet with an owner
   * @param userId the uid that owns the socket file
   * @return false if it did not
   */
  public static boolean isOwner(PacketView packet, long userId) {
    return packet.ownerUserId() == userId || packet.ownerUserId() == PacketView.UNKNOWN_ID;
  }

  /**
   * The sockets among these that may have sent a packet.
   *
   * @param packet a packet with an owner
   * @param rows the sockets
   * @return their inodes
   */
  public static List<Long> of(PacketView packet, List<Row> rows) {
    return held(packet, rows)
        .filter(row -> maySend(packet, row.sendQueue()))
        .map(Row::inode)
        .toList();
  }

  /**
   * The raw sockets that may have written a packet of a protocol with ports. Any could, its IP
   * header and all; of those that are made for other protocols only what is on its way speaks.
   *
   * @param table the kernel's tables
   * @param packet a packet with an owner
   * @return their inodes
   */
  public static List<Long> raw(SocketTable table, PacketView packet) {
    return packet.awaitsVerdict()
        ? of(packet, table.raw(isV6(packet)))
        : rawOfProtocol(table, packet);
  }

  /**
   * The raw sockets made for a packet's protocol or for any, whatever they have on their way.
   *
   * @param table the kernel's tables
   * @param packet a packet with an owner
   * @return their inodes
   */
  public static List<Long> rawOfProtocol(SocketTable table, PacketView packet) {
    return held(packet, table.rawSenders(isV6(packet), packet.protocol())).map(Row::inode).toList();
  }

  private static Stream<Row> held(PacketView packet, List<Row> rows) {
    return rows.stream().filter(row -> row.inode() != 0 && isOwner(packet, row.userId()));
  }

  /**
   * Whether a packet is an IPv6 one.
   *
   * @param packet the packet
   * @return true if its addresses are no mapped IPv4 ones
   */
  public static boolean isV6(PacketView packet) {
    return packet.localHigh() != 0 || packet.localLow() >>> 32 != 0xffffL;
  }
}
