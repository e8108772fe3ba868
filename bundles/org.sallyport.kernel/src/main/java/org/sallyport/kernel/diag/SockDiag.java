// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.diag;

import java.io.Closeable;
import org.sallyport.codec.netlink.InetDiagReply;
import org.sallyport.codec.netlink.InetDiagRequest;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.NetlinkSocket;

/**
 * Looks up one socket by its exact addresses (sock_diag(7)), in the network namespace of the thread
 * that opened this. A lookup is one send and one receive, some microseconds, whatever the number of
 * sockets; it does not allocate. Addresses are two longs, IPv4 as {@code ::ffff:a.b.c.d}; an IPv4
 * pair also finds dual-stack sockets. Confined to one thread.
 *
 * <p>What a result can not tell: with SO_REUSEPORT or shared UDP ports the kernel names one socket
 * of the group, and a UDP socket that was closed is not found although its packet may still wait.
 */
public final class SockDiag implements Closeable {

  /** State of a connection: TCP_ESTABLISHED of {@code net/tcp_states.h}. */
  public static final int STATE_ESTABLISHED = 1;

  /**
   * State of a connection being opened by a peer, as a lookup tells it: TCP_SYN_RECV, though the
   * kernel calls it TCP_NEW_SYN_RECV (inet_req_diag_fill of {@code net/ipv4/inet_diag.c}).
   */
  public static final int STATE_SYN_RECV = 3;

  /** State of a connection that ended: TCP_TIME_WAIT. */
  public static final int STATE_TIME_WAIT = 6;

  /** State of a connection whose peer has said its last word: TCP_CLOSE_WAIT. */
  public static final int STATE_CLOSE_WAIT = 8;

  /** How a lookup ended. */
  public enum Outcome {
    /** The kernel named a socket. */
    FOUND,
    /** There is no such socket, or the protocol has none to look up. */
    NOT_FOUND,
    /** The kernel refused or did not answer; {@link #lastError} says why. */
    FAILED
  }

  private static final int REPLY_LENGTH = 4096;
  private static final int REPLY_TIMEOUT_MS = 200;
  private static final int MAX_STRAY_REPLIES = 64;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int UDPLITE = 136;

  private final NetlinkSocket socket;
  private final NativeBuffer requestBuffer = NativeBuffer.allocate(InetDiagRequest.LENGTH);
  private final NativeBuffer replyBuffer = NativeBuffer.allocate(REPLY_LENGTH);
  private final InetDiagRequest request = new InetDiagRequest(requestBuffer.bytes());
  private final InterfaceIndexes interfaces = new InterfaceIndexes();
  private final NetlinkMessages messages = new NetlinkMessages();
  private final InetDiagReply reply = new InetDiagReply();
  private int interfaceIndex;
  private int sequence;
  private int lastError;
  private long cookie;
  private long inode;
  private long userId;
  private int state;
  private long cgroupId;
  private long sendQueue;

  /**
   * Opens the kernel socket.
   *
   * @throws KernelException if the kernel refuses
   */
  public SockDiag() throws KernelException {
    socket = NetlinkSocket.open(NetlinkSocket.SOCK_DIAG);
    socket.setReceiveTimeout(REPLY_TIMEOUT_MS);
  }

  /**
   * Whether sockets of a protocol can be looked up.
   *
   * @param protocol an IP protocol number
   * @return true for TCP, UDP and UDP-Lite
   */
  public static boolean supports(int protocol) {
    return protocol == TCP || protocol == UDP || protocol == UDPLITE;
  }

  /**
   * Sets this host's end of the next lookups.
   *
   * @param high the address's upper 64 bits
   * @param low the address's lower 64 bits
   * @param port 0 to 65535
   * @return this
   */
  public SockDiag local(long high, long low, int port) {
    request.local(high, low, port);
    return this;
  }

  /**
   * Sets the peer's end of the next lookups.
   *
   * @param high the address's upper 64 bits
   * @param low the address's lower 64 bits
   * @param port 0 to 65535
   * @return this
   */
  public SockDiag remote(long high, long low, int port) {
    request.remote(high, low, port);
    return this;
  }

  /**
   * Sets the interface that the next lookups' socket may be bound to. Without it a socket bound to
   * an interface (SO_BINDTODEVICE, link-local peers) is not found.
   *
   * @param index the interface's index, 0 for none
   * @return this
   */
  public SockDiag onInterface(int index) {
    interfaceIndex = index;
    return this;
  }

  /**
   * An interface's index now, in the same network namespace: one system call.
   *
   * @param name its name
   * @return the index, 0 if there is none of that name
   */
  public int interfaceIndex(String name) {
    return interfaces.of(socket.descriptor(), name);
  }

  /**
   * Asks the kernel; the getters then tell about the socket it named.
   *
   * @param protocol an IP protocol number
   * @return how it ended
   */
  public Outcome lookup(int protocol) {
    cookie = 0;
    inode = 0;
    userId = 0;
    state = 0;
    cgroupId = 0;
    sendQueue = 0;
    lastError = 0;
    if (!supports(protocol)) {
      return Outcome.NOT_FOUND;
    }
    int sent = socket.send(requestBuffer, request.encode(protocol, interfaceIndex, ++sequence));
    return sent < 0 ? failed(-sent) : receive();
  }

  /**
   * Ends the socket that the last lookup found (SOCK_DESTROY): its program sees ECONNABORTED, and a
   * connection's peer a reset, as far as rules let that out. Another socket that has the same
   * addresses by now is left alone. Needs CAP_NET_ADMIN and a kernel with INET_DIAG_DESTROY.
   *
   * @param protocol the protocol of the lookup
   * @return {@code FOUND} if it was ended, {@code NOT_FOUND} if it ended by itself meanwhile
   */
  public Outcome destroy(int protocol) {
    lastError = 0;
    if (cookie == 0) {
      return Outcome.NOT_FOUND;
    }
    int length = request.encodeDestroy(protocol, interfaceIndex, cookie, ++sequence);
    int sent = socket.send(requestBuffer, length);
    return sent < 0 ? failed(-sent) : receive();
  }

  private Outcome receive() {
    // an answer that came too late for an earlier request is recognised by its number
    for (int i = 0; i < MAX_STRAY_REPLIES; i++) {
      int length = socket.receive(replyBuffer, 0);
      if (length < 0) {
        return failed(-length);
      }
      messages.wrap(replyBuffer.bytes(), 0, length);
      while (messages.next()) {
        if (messages.sequence() == sequence) {
          return read();
        }
      }
    }
    return failed(LibC.EAGAIN);
  }

  private Outcome read() {
    if (messages.isError()) {
      int error = messages.errorNumber();
      if (error == 0) {
        return Outcome.FOUND; // the acknowledgement of destroy
      }
      return error == LibC.ENOENT ? Outcome.NOT_FOUND : failed(error);
    }
    if (messages.type() != InetDiagRequest.TYPE || reply.wrap(messages) != NetlinkFault.NONE) {
      return failed(LibC.EBADMSG);
    }
    cookie = reply.cookie();
    inode = reply.inode();
    userId = reply.userId();
    state = reply.state();
    cgroupId = reply.cgroupId();
    sendQueue = reply.sendQueue();
    return Outcome.FOUND;
  }

  private Outcome failed(int error) {
    lastError = error;
    return Outcome.FAILED;
  }

  /**
   * Why the last lookup failed.
   *
   * @return a positive errno, 0 if it did not fail
   */
  public int lastError() {
    return lastError;
  }

  /**
   * The number the kernel gives each socket once ({@code SO_COOKIE}).
   *
   * @return the cookie, 0 if not found
   */
  public long cookie() {
    return cookie;
  }

  /**
   * The inode of the socket file, as in {@code /proc/PID/fd}.
   *
   * @return an unsigned 32-bit inode number; 0 if not found or no program holds the socket
   */
  public long inode() {
    return inode;
  }

  /**
   * The uid that owns the socket file.
   *
   * @return an unsigned 32-bit uid; meaningful only if {@link #inode} is not 0
   */
  public long userId() {
    return userId;
  }

  /**
   * The socket's state ({@code net/tcp_states.h}).
   *
   * @return 1 to 12; 0 if not found
   */
  public int state() {
    return state;
  }

  /**
   * The cgroup in which the socket was made.
   *
   * @return the cgroup's id, 0 if the kernel does not tell
   */
  public long cgroupId() {
    return cgroupId;
  }

  /**
   * What the socket sent and the kernel still holds. A datagram that waits for its verdict is part
   * of it: a datagram socket with less than that did not send it.
   *
   * @return bytes, 0 if not found
   */
  public long sendQueue() {
    return sendQueue;
  }

  /** Closes the kernel socket; idempotent. */
  @Override
  public void close() {
    socket.close();
  }
}
