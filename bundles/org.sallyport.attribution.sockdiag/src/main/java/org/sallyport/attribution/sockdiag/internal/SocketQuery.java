// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.io.Closeable;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.packet.PacketView;
import org.sallyport.kernel.diag.SockDiag;
import org.sallyport.kernel.diag.SockDiag.Outcome;

/** Asks the kernel for a packet's socket. Confined to one thread. */
final class SocketQuery implements Closeable {

  private static final int MAX_INTERFACES = 256;
  private static final int UNCONNECTED = 7;
  private static final int LISTENING = 10;

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
    diag.local(packet.localHigh(), packet.localLow(), packet.localPort());
    diag.remote(packet.remoteHigh(), packet.remoteLow(), packet.remotePort());
    Outcome outcome = diag.onInterface(indexOf(packet)).lookup(packet.protocol());
    if (outcome == Outcome.NOT_FOUND && indexes.remove(packet.interfaceName()) != null) {
      // the interface may have been made anew under the same name
      outcome = diag.onInterface(indexOf(packet)).lookup(packet.protocol());
    }
    return switch (outcome) {
      case FAILED -> SocketState.FAILED;
      case NOT_FOUND -> SocketState.NOT_FOUND;
      case FOUND -> classify(packet);
    };
  }

  private SocketState classify(PacketView packet) {
    if (diag.state() == SockDiag.STATE_TIME_WAIT || diag.state() == SockDiag.STATE_NEW_SYN_RECV) {
      return SocketState.KERNEL_MADE;
    }
    if (diag.inode() == 0) {
      return SocketState.ORPHAN;
    }
    boolean open =
        packet.protocol() != IpProtocol.TCP
            ? diag.state() == UNCONNECTED
            : diag.state() == LISTENING;
    return open ? SocketState.HELD_LOOSELY : SocketState.HELD;
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
      known = resolve(name);
      indexes.put(name, known);
    }
    return known;
  }

  private static int resolve(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found == null ? 0 : found.getIndex();
    } catch (SocketException e) {
      return 0; // as if not bound to any
    }
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
