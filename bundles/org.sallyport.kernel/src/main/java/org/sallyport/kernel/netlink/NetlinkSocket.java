// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.netlink;

import java.io.Closeable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sallyport.kernel.internal.LibC;

/**
 * A netlink socket (netlink(7)) bound to a port id the kernel picked; it speaks for the network
 * namespace of the thread that opened it. One thread receives and closes; others may send. Closing
 * does not wake a blocked receiver: use a {@link Poller} or a receive timeout.
 */
public final class NetlinkSocket implements Closeable {

  /** NETLINK_SOCK_DIAG. */
  public static final int SOCK_DIAG = 4;

  /** NETLINK_NETFILTER. */
  public static final int NETFILTER = 12;

  /** NETLINK_CONNECTOR. */
  public static final int CONNECTOR = 11;

  /** MSG_PEEK: leave the message in the socket. */
  public static final int PEEK = 2;

  /** MSG_DONTWAIT: return at once. */
  public static final int DO_NOT_WAIT = 0x40;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int SOCKADDR_NL_LENGTH = 12;
  private static final int GROUPS_AT = 8;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_NO_ENOBUFS = 5;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int TIMEVAL_LENGTH = 16;

  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NetlinkSocket(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Opens and binds a socket.
   *
   * @param protocol {@link #SOCK_DIAG}, {@link #NETFILTER} or another of linux/netlink.h
   * @return the socket
   * @throws KernelException if the kernel refuses
   */
  public static NetlinkSocket open(int protocol) throws KernelException {
    return open(protocol, 0);
  }

  /**
   * Opens a socket that is told what the kernel says to groups.
   *
   * @param protocol of linux/netlink.h
   * @param groups a bit for each group from 1 on
   * @return the socket
   * @throws KernelException if the kernel refuses
   */
  public static NetlinkSocket open(int protocol, int groups) throws KernelException {
    int descriptor = LibC.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
    if (descriptor < 0) {
      throw KernelException.ofLastCall("cannot open a netlink socket of protocol " + protocol);
    }
    NetlinkSocket socket = new NetlinkSocket(descriptor);
    NativeBuffer address = NativeBuffer.allocate(SOCKADDR_NL_LENGTH);
    address.bytes().putShort(0, (short) AF_NETLINK).putInt(GROUPS_AT, groups);
    if (LibC.bind(descriptor, address.address(0), SOCKADDR_NL_LENGTH) < 0) {
      KernelException failure = KernelException.ofLastCall("cannot bind a netlink socket");
      socket.close();
      throw failure;
    }
    return socket;
  }

  /**
   * Takes over a descriptor that another owner let go with {@link #detach}.
   *
   * @param descriptor an open netlink socket of this process
   * @return its new owner
   */
  public static NetlinkSocket adopt(int descriptor) {
    return new NetlinkSocket(descriptor);
  }

  /**
   * Lets the descriptor go without closing it; this object then behaves as closed.
   *
   * @return the descriptor, for {@link #adopt}
   * @throws IllegalStateException if already closed or detached
   */
  public int detach() {
    if (!closed.compareAndSet(false, true)) {
      throw new IllegalStateException("the socket is closed or belongs to another owner");
    }
    return descriptor;
  }

  /**
   * The descriptor's number, for polling.
   *
   * @return the descriptor, or -1 if closed
   */
  public int descriptor() {
    return closed.get() ? -1 : descriptor;
  }

  /**
   * Asks for a receive buffer, beyond the system's limit if permitted.
   *
   * @param byteCount the size
   * @return whether the limit could be passed; if not, the kernel took what it allows
   */
  public boolean setReceiveBuffer(int byteCount) {
    if (set(SOL_SOCKET, SO_RCVBUFFORCE, byteCount)) {
      return true;
    }
    set(SOL_SOCKET, SO_RCVBUF, byteCount);
    return false;
  }

  /**
   * Keeps ENOBUFS off the receiver (NETLINK_NO_ENOBUFS); losses then show in counters only.
   *
   * @return whether the kernel agreed
   */
  public boolean setNoEnobufs() {
    return set(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
  }

  /**
   * Leaves the request's payload out of acknowledgements (NETLINK_CAP_ACK).
   *
   * @return whether the kernel agreed
   */
  public boolean setCapAck() {
    return set(SOL_NETLINK, NETLINK_CAP_ACK, 1);
  }

  /**
   * Limits how long a receive may block (SO_RCVTIMEO).
   *
   * @param timeoutMs milliseconds, 0 for no limit
   * @return whether the kernel agreed
   */
  public boolean setReceiveTimeout(int timeoutMs) {
    NativeBuffer value = NativeBuffer.allocate(TIMEVAL_LENGTH);
    value.bytes().putLong(0, timeoutMs / 1000).putLong(8, timeoutMs % 1000 * 1000L);
    return setOption(SOL_SOCKET, SO_RCVTIMEO, value);
  }

  private boolean set(int level, int name, int number) {
    NativeBuffer value = NativeBuffer.allocate(Integer.BYTES);
    value.bytes().putInt(0, number);
    return setOption(level, name, value);
  }

  private boolean setOption(int level, int name, NativeBuffer value) {
    return !closed.get()
        && LibC.setsockopt(descriptor, level, name, value.address(0), value.capacity()) == 0;
  }

  /**
   * Sends to the kernel, which works the messages off before this returns.
   *
   * @param buffer the messages
   * @param length how many bytes of it, from 0
   * @return how many bytes were sent, or a negative errno
   */
  public int send(NativeBuffer buffer, int length) {
    if (closed.get()) {
      return -LibC.EBADF;
    }
    long sent;
    do {
      sent = LibC.send(descriptor, buffer.address(0), check(buffer, length), 0);
    } while (sent < 0 && LibC.errno() == LibC.EINTR);
    return sent < 0 ? -LibC.errno() : (int) sent;
  }

  /**
   * Receives one datagram.
   *
   * @param buffer where it is written, from 0
   * @param flags {@link #PEEK}, {@link #DO_NOT_WAIT} or 0
   * @return its length, or a negative errno (EAGAIN: nothing there, or the timeout passed)
   */
  public int receive(NativeBuffer buffer, int flags) {
    if (closed.get()) {
      return -LibC.EBADF;
    }
    long received;
    do {
      received = LibC.recv(descriptor, buffer.address(0), buffer.capacity(), flags);
    } while (received < 0 && LibC.errno() == LibC.EINTR);
    return received < 0 ? -LibC.errno() : (int) received;
  }

  private static long check(NativeBuffer buffer, int length) {
    if (length < 0 || length > buffer.capacity()) {
      throw new IndexOutOfBoundsException("length " + length + " of " + buffer.capacity());
    }
    return length;
  }

  /** Closes the descriptor unless it was detached; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      LibC.close(descriptor);
    }
  }
}
