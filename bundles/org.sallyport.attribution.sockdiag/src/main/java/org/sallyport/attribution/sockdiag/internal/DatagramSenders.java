// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.attribution.process.Senders;
import org.sallyport.kernel.diag.PortSockets;
import org.sallyport.kernel.proc.SocketTable;

/**
 * The sockets that may have sent a datagram. Its addresses name none for certain: whatever a socket
 * is bound or connected to, its program can give both ends with each packet (IP_PKTINFO, sendto).
 * So every socket of the owner on the port may be the sender, but for one thing the kernel tells: a
 * packet that waits for its verdict is counted among what its socket has sent, and a socket with
 * less on its way did not send it. That also holds back what a socket sent that is closed by now.
 *
 * <p>The quick way is one exact lookup, good as long as that socket was lately seen to be the only
 * one on its port. Confined to one thread.
 */
final class DatagramSenders implements Closeable {

  /** A look at a port on the thread that must not wait takes at most this part of its time. */
  private static final int PART_OF_TIME = 10;

  private final SocketQuery query;
  private final PortSockets ports;
  private final Findings findings;
  private final LongSupplier clockNs;
  private long nextLookNs;
  private long cookie;
  private long inode;
  private long cgroupId;
  private int onPort;
  private SocketState named = SocketState.FAILED;

  DatagramSenders(SocketQuery query, PortSockets ports, Findings findings, LongSupplier clockNs) {
    this.query = query;
    this.ports = ports;
    this.findings = findings;
    this.clockNs = clockNs;
    nextLookNs = clockNs.getAsLong();
  }

  /** Whether a packet is one of those: a program sent it from a port that is known. */
  static boolean covers(PacketView packet) {
    return packet.hasOwner() && packet.hasPorts() && isDatagramOnItsWayOut(packet);
  }

  /** Whether a packet leaves by a datagram socket, a program's or the kernel's own. */
  static boolean isDatagramOnItsWayOut(PacketView packet) {
    return packet.direction() == Direction.OUT
        && (packet.protocol() == IpProtocol.UDP || packet.protocol() == IpProtocol.UDPLITE);
  }

  /**
   * Whether one socket alone can have sent this; {@link #cookie}, {@link #inode} and {@link
   * #cgroupId} then tell about it. For threads that must not wait: what would take too long is not
   * certain.
   */
  boolean isCertain(PacketView packet) {
    return isNamed(packet) || (mayLook() && isAloneOnPort(packet));
  }

  private boolean isNamed(PacketView packet) {
    named = query.ask(packet);
    boolean sender =
        named.isHeld()
            && query.userId() == packet.ownerUserId()
            && Senders.maySend(packet, query.sendQueue())
            && findings.isSoleSender(query.cookie(), packet.localPort());
    if (sender) {
      onPort = 1;
      take(query.cookie(), query.inode(), query.cgroupId());
    }
    return sender;
  }

  private boolean mayLook() {
    return clockNs.getAsLong() - nextLookNs >= 0;
  }

  private boolean isAloneOnPort(PacketView packet) {
    long startNs = clockNs.getAsLong();
    List<Long> candidates = new ArrayList<>();
    boolean alone = listOnPort(packet, candidates) && isAlone(packet);
    long endNs = clockNs.getAsLong();
    nextLookNs = endNs + (PART_OF_TIME - 1) * (endNs - startNs);
    return alone && candidates.size() == 1;
  }

  /** After a list: whether it held one socket of the owner's, and no raw socket poses as it. */
  private boolean isAlone(PacketView packet) {
    boolean alone = onPort == 1 && Senders.rawOfProtocol(findings.table(), packet).isEmpty();
    if (alone) {
      findings.markSoleSender(cookie, packet.localPort());
    }
    return alone;
  }

  /** All that may have sent this. Takes its time. */
  List<Long> candidates(PacketView packet) {
    List<Long> candidates = new ArrayList<>();
    if (listOnPort(packet, candidates)) {
      isAlone(packet);
    } else {
      SocketTable table = findings.table();
      candidates.addAll(Senders.of(packet, table.onPort(packet.protocol(), packet.localPort())));
    }
    candidates.addAll(Senders.raw(findings.table(), packet));
    return candidates;
  }

  /** False if the kernel did not list them all. */
  private boolean listOnPort(PacketView packet, List<Long> candidates) {
    onPort = 0;
    int count = ports.list(packet.protocol(), packet.localPort(), !Senders.isV6(packet));
    if (count < 0 || count > PortSockets.MAX) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (ports.inode(i) != 0 && Senders.isOwner(packet, ports.userId(i))) {
        onPort++;
        take(ports.cookie(i), ports.inode(i), ports.cgroupId(i));
        if (Senders.maySend(packet, ports.sendQueue(i))) {
          candidates.add(ports.inode(i));
        }
      }
    }
    return true;
  }

  private void take(long theCookie, long theInode, long theCgroupId) {
    cookie = theCookie;
    inode = theInode;
    cgroupId = theCgroupId;
  }

  /** What the kernel said last of the socket of exactly this flow, alone on its port or not. */
  SocketState named() {
    return named;
  }

  long cookie() {
    return cookie;
  }

  long inode() {
    return inode;
  }

  /** The cgroup of the one socket on the port, 0 if there are several. */
  long cgroupId() {
    return onPort > 1 ? 0 : cgroupId;
  }

  @Override
  public void close() {
    ports.close();
  }
}
