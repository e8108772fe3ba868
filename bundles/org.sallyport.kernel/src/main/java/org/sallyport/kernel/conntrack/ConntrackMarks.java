// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.conntrack;

import org.sallyport.codec.netlink.ConntrackEntry;
import org.sallyport.codec.netlink.MarkChange;
import org.sallyport.codec.netlink.Netlink;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.NetlinkSocket;

/**
 * The marks of the connections in the network namespace of the calling thread (ctnetlink). One call
 * is one walk through the table; the change of an entry leaves all else about it alone.
 */
public final class ConntrackMarks {

  /** The kernel fills at most 32 KiB of a dump at a time. */
  private static final int BUFFER = 1 << 16;

  private static final int RECEIVE_BUFFER = 1 << 20;
  private static final int ANSWER_TIMEOUT_MS = 2000;
  private static final int ATTEMPTS = 4;
  private static final int FLAG_DUMP_INTERRUPTED = 0x10;

  private final Decision decision;
  private final long deadlineNs;
  private final NativeBuffer dumped = NativeBuffer.allocate(BUFFER);
  private final NativeBuffer changes = NativeBuffer.allocate(BUFFER);
  private final NativeBuffer answers = NativeBuffer.allocate(BUFFER);
  private final NetlinkMessages messages = new NetlinkMessages();
  private final NetlinkMessages acknowledgements = new NetlinkMessages();
  private final ConntrackEntry entry = new ConntrackEntry();
  private final Connection connection = new Connection(entry);
  private int changesLength;
  private int lastSent;
  private int lastAcknowledged;
  private long changed;
  private boolean interrupted;

  /** Says what becomes of a connection's mark. */
  @FunctionalInterface
  public interface Decision {

    /**
     * Decides about one connection. Called on the walking thread; the kernel's table is not locked
     * meanwhile, so it may take its time.
     *
     * @param connection valid during the call only
     * @return the mark it is to have; only the bits that differ from its present mark are written
     */
    int markOf(Connection connection);
  }

  private ConntrackMarks(Decision decision, long deadlineNs) {
    this.decision = decision;
    this.deadlineNs = deadlineNs;
  }

  /**
   * Clears bits in the marks of all connections. Blocks; costs about a microsecond per connection
   * and a few more per changed one. A connection that is made meanwhile may be missed.
   *
   * @param mask the bits
   * @param timeoutMs how long it may take, milliseconds
   * @return how many connections were changed
   * @throws KernelException if the kernel refused or did not answer; some may be changed
   */
  public static long clear(int mask, long timeoutMs) throws KernelException {
    return change(connection -> connection.mark() & ~mask, timeoutMs);
  }

  /**
   * Asks about the marks of all connections and changes them. Blocks; costs about a microsecond per
   * connection and a few more per changed one, besides what the decisions cost. A connection that
   * is made meanwhile may be missed; one may be asked about twice if the table does not hold still.
   *
   * @param decision is asked about each connection
   * @param timeoutMs how long it may take, milliseconds
   * @return how many connections were changed
   * @throws KernelException if the kernel refused or did not answer; some may be changed
   */
  public static long change(Decision decision, long timeoutMs) throws KernelException {
    ConntrackMarks walk = new ConntrackMarks(decision, System.nanoTime() + timeoutMs * 1_000_000L);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      walk.walk();
      if (!walk.interrupted) {
        return walk.changed;
      }
    }
    throw new KernelException("the table of connections does not hold still", LibC.EAGAIN);
  }

  private void walk() throws KernelException {
    interrupted = false;
    try (NetlinkSocket reader = open();
        NetlinkSocket writer = open()) {
      int length = ConntrackEntry.encodeDump(dumped.bytes(), 1);
      demand("list connections", Math.max(0, -reader.send(dumped, length)));
      boolean more = true;
      while (more) {
        more = takeDatagram(receive(reader, dumped, messages), writer);
        send(writer);
      }
    }
  }

  private static NetlinkSocket open() throws KernelException {
    NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);
    socket.setReceiveBuffer(RECEIVE_BUFFER);
    socket.setCapAck();
    socket.setReceiveTimeout(ANSWER_TIMEOUT_MS);
    return socket;
  }

  private NetlinkMessages receive(NetlinkSocket from, NativeBuffer into, NetlinkMessages cursor)
      throws KernelException {
    if (System.nanoTime() - deadlineNs >= 0) {
      throw new KernelException("the table of connections takes too long", LibC.EAGAIN);
    }
    int length = from.receive(into, 0);
    demand("read connections", Math.max(0, -length));
    return cursor.wrap(into.bytes(), 0, length);
  }

  /** Collects the changes a datagram asks for; false after the last one. */
  private boolean takeDatagram(NetlinkMessages datagram, NetlinkSocket writer)
      throws KernelException {
    while (datagram.next()) {
      interrupted |= (datagram.flags() & FLAG_DUMP_INTERRUPTED) != 0;
      if (datagram.type() == Netlink.TYPE_DONE) {
        return false;
      }
      if (datagram.isError()) {
        demand("list connections", datagram.errorNumber());
      } else if (datagram.type() == ConntrackEntry.TYPE) {
        takeEntry(writer);
      }
    }
    demand("understand the list of connections", errorOf(datagram.fault()));
    return true;
  }

  private void takeEntry(NetlinkSocket writer) throws KernelException {
    demand("understand a connection", errorOf(entry.wrap(messages)));
    int wanted = decision.markOf(connection);
    int differing = wanted ^ entry.mark();
    if (differing == 0) {
      return;
    }
    if (changesLength + entry.changeLength() > changes.capacity()) {
      send(writer);
    }
    MarkChange change = new MarkChange(wanted & differing, differing);
    entry.encodeChange(changes.bytes(), changesLength, change, ++lastSent);
    changesLength += entry.changeLength();
  }

  /** Sends what was collected and reads an acknowledgement for each. */
  private void send(NetlinkSocket writer) throws KernelException {
    if (changesLength == 0) {
      return;
    }
    demand("change connections", Math.max(0, -writer.send(changes, changesLength)));
    changesLength = 0;
    while (lastAcknowledged < lastSent) {
      receive(writer, answers, acknowledgements);
      while (acknowledgements.next()) {
        if (acknowledgements.isError()) {
          acknowledge(acknowledgements.sequence(), acknowledgements.errorNumber());
        }
      }
    }
  }

  private void acknowledge(int sequence, int error) throws KernelException {
    lastAcknowledged = sequence;
    if (error != LibC.ENOENT) { // the connection has ended meanwhile
      demand("change a connection", error);
      changed++;
    }
  }

  private static int errorOf(NetlinkFault fault) {
    return fault == NetlinkFault.NONE ? 0 : LibC.EBADMSG;
  }

  private static void demand(String what, int error) throws KernelException {
    if (error != 0) {
      throw new KernelException("cannot " + what, error);
    }
  }
}
