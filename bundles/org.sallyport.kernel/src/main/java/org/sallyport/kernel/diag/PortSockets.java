// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.diag;

import java.io.Closeable;
import org.sallyport.codec.Bytes;
import org.sallyport.codec.netlink.InetDiagReply;
import org.sallyport.codec.netlink.InetDiagRequest;
import org.sallyport.codec.netlink.Netlink;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.NetlinkSocket;

/**
 * Lists all sockets with a local port, or of all ports, whatever their addresses, in the network
 * namespace of the thread that opened this. A list costs a walk through the kernel's table of the
 * protocol, some ten microseconds on most hosts; it does not allocate. Confined to one thread.
 */
public final class PortSockets implements Closeable {

  /** How many sockets of a port are told; of more, only that they are more. */
  public static final int MAX = 64;

  /** The kernel fills at most 32 KiB of a dump at a time. */
  private static final int BUFFER = 1 << 16;

  private static final int REPLY_TIMEOUT_MS = 200;
  private static final int MAX_DATAGRAMS = 256;
  private static final int INODE = 0;
  private static final int COOKIE = 1;
  private static final int USER = 2;
  private static final int CGROUP = 3;
  private static final int SEND_QUEUE = 4;
  private static final int FIELDS = 5;

  private final NetlinkSocket socket;
  private final NativeBuffer requestBuffer = NativeBuffer.allocate(InetDiagRequest.LENGTH);
  private final NativeBuffer replyBuffer = NativeBuffer.allocate(BUFFER);
  private final InetDiagRequest request = new InetDiagRequest(requestBuffer.bytes());
  private final NetlinkMessages messages = new NetlinkMessages();
  private final InetDiagReply reply = new InetDiagReply();
  private final long[] rows = new long[MAX * FIELDS];
  private int count;
  private int sequence;
  private int error;

  /**
   * Opens the kernel socket.
   *
   * @throws KernelException if the kernel refuses
   */
  public PortSockets() throws KernelException {
    socket = NetlinkSocket.open(NetlinkSocket.SOCK_DIAG);
    socket.setReceiveTimeout(REPLY_TIMEOUT_MS);
  }

  /**
   * Lists the sockets; the getters then tell about each.
   *
   * @param protocol an IP protocol number
   * @param port the local port, 1 to 65535; 0 for all
   * @param v4 whether those that can send over IPv4 are meant, which are of both families; else
   *     those of IPv6
   * @return how many there are, {@link #MAX} + 1 for any more; a negative errno if the kernel
   *     refused or did not answer, ENOENT if it cannot list this protocol
   */
  public int list(int protocol, int port, boolean v4) {
    count = 0;
    error = 0;
    if (v4) {
      listFamily(true, protocol, port);
    }
    listFamily(false, protocol, port);
    return error == 0 ? count : -error;
  }

  private void listFamily(boolean v4, int protocol, int port) {
    int length = request.encodePort(v4, protocol, port, ++sequence);
    int sent = socket.send(requestBuffer, length);
    boolean more = sent >= 0;
    if (!more) {
      error = -sent;
    }
    for (int i = 0; more; i++) {
      int received = i < MAX_DATAGRAMS ? socket.receive(replyBuffer, 0) : -LibC.EAGAIN;
      if (received < 0) {
        error = -received;
        return;
      }
      messages.wrap(replyBuffer.bytes(), 0, received);
      more = takeDatagram();
    }
  }

  /** False after the last one of this list; what is left of an earlier list is passed over. */
  private boolean takeDatagram() {
    while (messages.next()) {
      if (messages.sequence() != sequence) {
        continue;
      }
      if (messages.isError()) {
        error = messages.errorNumber() == 0 ? LibC.EBADMSG : messages.errorNumber();
        return false;
      }
      if (messages.type() == Netlink.TYPE_DONE) {
        takeEnd();
        return false;
      }
      if (messages.type() != InetDiagRequest.TYPE || reply.wrap(messages) != NetlinkFault.NONE) {
        error = LibC.EBADMSG;
        return false;
      }
      take();
    }
    if (messages.fault() != NetlinkFault.NONE) {
      error = LibC.EBADMSG;
      return false;
    }
    return true;
  }

  /** A list that could not be made ends with the reason, a negative errno. */
  private void takeEnd() {
    if (messages.payloadLength() >= Integer.BYTES) {
      int result = Bytes.i32Host(messages.buffer(), messages.payloadOffset());
      error = result < 0 ? -result : error;
    }
  }

  private void take() {
    if (count >= MAX) {
      count = MAX + 1;
      return;
    }
    int at = count * FIELDS;
    rows[at + INODE] = reply.inode();
    rows[at + COOKIE] = reply.cookie();
    rows[at + USER] = reply.userId();
    rows[at + CGROUP] = reply.cgroupId();
    rows[at + SEND_QUEUE] = reply.sendQueue();
    count++;
  }

  /**
   * See {@link SockDiag#inode}.
   *
   * @param index 0 to one less than the count, and less than {@link #MAX}
   * @return the inode, 0 if no program holds the socket
   */
  public long inode(int index) {
    return field(index, INODE);
  }

  /**
   * See {@link SockDiag#cookie}.
   *
   * @param index as for {@link #inode}
   * @return the cookie
   */
  public long cookie(int index) {
    return field(index, COOKIE);
  }

  /**
   * See {@link SockDiag#userId}.
   *
   * @param index as for {@link #inode}
   * @return the uid that owns the socket file
   */
  public long userId(int index) {
    return field(index, USER);
  }

  /**
   * See {@link SockDiag#cgroupId}.
   *
   * @param index as for {@link #inode}
   * @return the id of the cgroup in which the socket was made, 0 if the kernel does not tell
   */
  public long cgroupId(int index) {
    return field(index, CGROUP);
  }

  /**
   * See {@link SockDiag#sendQueue}.
   *
   * @param index as for {@link #inode}
   * @return bytes
   */
  public long sendQueue(int index) {
    return field(index, SEND_QUEUE);
  }

  private long field(int index, int field) {
    if (index < 0 || index >= Math.min(count, MAX)) {
      throw new IndexOutOfBoundsException("socket " + index + " of " + count);
    }
    return rows[index * FIELDS + field];
  }

  /** Closes the kernel socket; idempotent. */
  @Override
  public void close() {
    socket.close();
  }
}
