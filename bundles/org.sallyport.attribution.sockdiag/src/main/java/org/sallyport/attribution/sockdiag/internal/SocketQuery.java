// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.io.Closeable;
import java.util.HashMap;
import java.util.Map;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.kernel.diag.SockDiag;
import org.sallyport.kernel.diag.SockDiag.Outcome;

/** Asks the kernel for a packet's socket. Confined to one thread. */
final class SocketQuery implements Closeable {

  private static final int MAX_INTERFACES = 256;
  private static final int UNCONNECTED = 7;
  private static final int LISTENING = 10;
  private static final long V4_PREFIX = 0xffffL;

  private final SockDiag diag;
  private final Map<String, Integer> indexes = new HashMap<>();

  SocketQuery(SockDiag diag) {
    this.diag = diag;
  }

  /** What the kernel says about the sender's socket, or the receiver's for an inbound packet. */
  SocketState ask(PacketView packet) {
    if (!SockDiag.supports(packet.protocol())) {
      return SocketState.UNSUPPORTED;
    }
    if (!packet.hasPorts()) {
      return SocketState.FRAGMENT;
    }
    if (!packet.knowsRemote()) {
      return SocketState.NOT_FOUND; // whose other end is where it goes now is another socket
    }
    diag.local(packet.localHigh(), packet.localLow(), packet.localPort());
    diag.remote(packet.remoteHigh(), packet.remoteLow(), packet.remotePort());
    Outcome outcome = diag.onInterface(indexOf(packet)).lookup(packet.protocol());
    if (outcome == Outcome.NOT_FOUND && isAnotherInterface(packet.interfaceName())) {
      outcome = diag.onInterface(indexOf(packet)).lookup(packet.protocol());
    }
    return switch (outcome) {
      case FAILED -> SocketState.FAILED;
      case NOT_FOUND -> SocketState.NOT_FOUND;
      case FOUND -> classify(packet);
    };
  }

  private SocketState classify(PacketView packet) {
    if (diag.state() == SockDiag.STATE_TIME_WAIT) {
      return SocketState.KERNEL_MADE;
    }
    if (diag.inode() == 0) {
      return withoutInode(packet);
    }
    boolean open =
        packet.protocol() != IpProtocol.TCP
            ? diag.state() == UNCONNECTED
            : diag.state() == LISTENING;
    return open ? SocketState.HELD_LOOSELY : SocketState.HELD;
  }

  /** A connection that no program has accepted yet is its listener's; the others were closed. */
  private SocketState withoutInode(PacketView packet) {
    boolean unaccepted =
        switch (diag.state()) {
          case SockDiag.STATE_SYN_RECV, SockDiag.STATE_ESTABLISHED, SockDiag.STATE_CLOSE_WAIT ->
              packet.protocol() == IpProtocol.TCP;
          default -> false;
        };
    if (unaccepted && packet.direction() == Direction.IN) {
      return listener(packet);
    }
    return unaccepted && diag.state() == SockDiag.STATE_SYN_RECV
        ? SocketState.KERNEL_MADE
        : SocketState.ORPHAN;
  }

  /** With no remote end the kernel names the listener. */
  private SocketState listener(PacketView packet) {
    boolean v4 = packet.localHigh() == 0 && packet.localLow() >>> Integer.SIZE == V4_PREFIX;
    diag.remote(0, v4 ? V4_PREFIX << Integer.SIZE : 0, 0);
    Outcome outcome = diag.onInterface(indexOf(packet)).lookup(packet.protocol());
    if (outcome != Outcome.FOUND) {
      return outcome == Outcome.NOT_FOUND ? SocketState.NOT_FOUND : SocketState.FAILED;
    }
    return diag.state() == LISTENING && diag.inode() != 0
        ? SocketState.HELD_LOOSELY
        : SocketState.FAILED;
  }

  private int indexOf(PacketView packet) {
    String name = packet.interfaceName();
    if (name.isEmpty()) {
      return 0;
    }
    Integer known = indexes.get(name);
    if (known == null) {
      if (indexes.size() >= MAX_INTERFACES) {
        indexes.clear();
      }
      known = diag.interfaceIndex(name);
      indexes.put(name, known);
    }
    return known;
  }

  /** Whether the interface was made anew under the same name: closed sockets are no sign of it. */
  private boolean isAnotherInterface(String name) {
    Integer known = indexes.get(name);
    return known != null && diag.interfaceIndex(name) != known && indexes.remove(name) != null;
  }

  long cookie() {
    return diag.cookie();
  }

  long inode() {
    return diag.inode();
  }

  long userId() {
    return diag.userId();
  }

  long sendQueue() {
    return diag.sendQueue();
  }

  long cgroupId() {
    return diag.cgroupId();
  }

  @Override
  public void close() {
    diag.close();
  }
}
