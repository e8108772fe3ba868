// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nfqueue;

import java.io.Closeable;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.codec.netlink.NfqConfig;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.NetlinkSocket;

/**
 * A netlink socket that owns a netfilter queue ({@code linux/netfilter/nfnetlink_queue.h}). Only
 * this socket may give verdicts for the queue. One thread receives; {@link #setFailOpen} may be
 * called by any. Closing gives the queue up: packets waiting in it are dropped by the kernel.
 */
public final class NfqueueSocket implements Closeable {

  private static final int ACK_TIMEOUT_MS = 2000;
  private static final int REPLY_LENGTH = 8192;

  private final NetlinkSocket socket;
  private final int queueNumber;
  private final NativeBuffer request = NativeBuffer.allocate(NfqConfig.MAX_LENGTH);
  private final NfqConfig config;
  private final Set<NfqueueFlag> flags = EnumSet.noneOf(NfqueueFlag.class);
  private int sequence;
  private int slotLength = NfqueueOptions.defaults().slotLength();

  private NfqueueSocket(NetlinkSocket socket, int queueNumber) {
    this.socket = socket;
    this.queueNumber = queueNumber;
    this.config = new NfqConfig(request.bytes(), queueNumber);
  }

  /**
   * Binds a queue and has packets delivered. Blocks for some system calls.
   *
   * @param queueNumber 0 to 65535
   * @param options how to set it up
   * @return the owner of the queue
   * @throws KernelException if another program owns the queue, the capability is missing, or the
   *     kernel has no queues; the message says which
   */
  public static NfqueueSocket open(int queueNumber, NfqueueOptions options) throws KernelException {
    if (queueNumber < 0 || queueNumber > 0xffff) {
      throw new IllegalArgumentException("a queue number is 0 to 65535, not " + queueNumber);
    }
    NfqueueSocket queue =
        new NfqueueSocket(NetlinkSocket.open(NetlinkSocket.NETFILTER), queueNumber);
    try {
      queue.setUp(options);
      return queue;
    } catch (KernelException e) {
      queue.close();
      throw e;
    }
  }

  /**
   * Takes over a bound queue whose owner let its descriptor go; nothing is set up again.
   *
   * @param descriptor what {@link #detach} returned
   * @param queueNumber the queue it owns
   * @param flags what the former owner's {@link #flags} said
   * @return the new owner
   */
  public static NfqueueSocket adopt(int descriptor, int queueNumber, Set<NfqueueFlag> flags) {
    NfqueueSocket queue = new NfqueueSocket(NetlinkSocket.adopt(descriptor), queueNumber);
    queue.flags.addAll(flags);
    return queue;
  }

  private void setUp(NfqueueOptions options) throws KernelException {
    slotLength = options.slotLength();
    socket.setReceiveBuffer(options.receiveBufferBytes());
    socket.setNoEnobufs();
    socket.setCapAck();
    socket.setReceiveTimeout(ACK_TIMEOUT_MS);
    NativeBuffer reply = NativeBuffer.allocate(REPLY_LENGTH);
    bind(reply);
    demand("set the length of", request(config.maxLength(options.maxPackets(), ++sequence), reply));
    tryFlag(NfqueueFlag.GSO, reply);
    tryFlag(NfqueueFlag.UID_GID, reply);
    tryFlag(NfqueueFlag.SECCTX, reply);
    tryFlag(NfqueueFlag.CONNTRACK, reply);
    if (options.failOpen()) {
      tryFlag(NfqueueFlag.FAIL_OPEN, reply);
    }
    startDelivery(options.copyRangeBytes(), reply);
    socket.setReceiveTimeout(0);
  }

  private void bind(NativeBuffer reply) throws KernelException {
    int error = request(config.bind(++sequence), reply);
    if (error == LibC.EPERM || error == LibC.EBUSY) {
      // the same number for a second owner and for a missing capability
      Optional<NfqueueStats> owner = NfqueueStats.read(NfqueueStats.PROC_FILE, queueNumber);
      throw new KernelException(
          owner
              .map(
                  o ->
                      "queue " + queueNumber + " is owned by another socket, port id " + o.portId())
              .orElse("cannot bind queue " + queueNumber + ", CAP_NET_ADMIN is missing"),
          error);
    }
    demand("bind", error);
  }

  private void tryFlag(NfqueueFlag flag, NativeBuffer reply) throws KernelException {
    if (request(config.flag(flag.bit(), true, ++sequence), reply) == 0) {
      flags.add(flag);
    }
  }

  /**
   * The last step, since packets may come in front of any later answer, and one that was skipped
   * would never get its verdict. Until it succeeded no packet is delivered, so a refusal is the
   * first message in the socket; a look without taking tells.
   */
  private void startDelivery(int copyRangeBytes, NativeBuffer reply) throws KernelException {
    int sent = socket.send(request, config.copyPackets(copyRangeBytes, ++sequence));
    demand("start", sent < 0 ? -sent : 0);
    int length = socket.receive(reply, NetlinkSocket.PEEK | NetlinkSocket.DO_NOT_WAIT);
    NetlinkMessages messages = new NetlinkMessages().wrap(reply.bytes(), 0, Math.max(0, length));
    if (messages.next() && messages.isError() && messages.sequence() == sequence) {
      demand("start", messages.errorNumber());
    }
  }

  /** Sends a request and waits for its acknowledgement; 0 or an errno. */
  private int request(int length, NativeBuffer reply) throws KernelException {
    int sent = socket.send(request, length);
    if (sent < 0) {
      return -sent;
    }
    NetlinkMessages messages = new NetlinkMessages();
    while (true) {
      int received = socket.receive(reply, 0);
      if (received < 0 && received != -LibC.ENOBUFS) {
        throw new KernelException("queue " + queueNumber + " does not answer", -received);
      }
      messages.wrap(reply.bytes(), 0, Math.max(0, received));
      while (messages.next()) {
        if (messages.isError() && messages.sequence() == sequence) {
          return messages.errorNumber();
        }
      }
    }
  }

  private void demand(String what, int error) throws KernelException {
    if (error != 0) {
      throw new KernelException("cannot " + what + " queue " + queueNumber, error);
    }
  }

  /**
   * The socket, for a {@link org.sallyport.kernel.netlink.BatchReceiver} and a {@link
   * org.sallyport.kernel.netlink.Poller}.
   *
   * @return always the same socket; close it through this object
   */
  public NetlinkSocket socket() {
    return socket;
  }

  /**
   * The queue.
   *
   * @return 0 to 65535
   */
  public int queueNumber() {
    return queueNumber;
  }

  /**
   * What the kernel agreed to when the queue was opened.
   *
   * @return an immutable copy
   */
  public Set<NfqueueFlag> flags() {
    return Set.copyOf(flags);
  }

  /**
   * Sends verdicts. Does not allocate. A verdict the kernel refuses comes back as an error message
   * among the packets.
   *
   * @param verdicts written by {@code NfqVerdict}
   * @param length how many bytes, from 0
   * @return how many bytes were sent, or a negative errno
   */
  public int sendVerdicts(NativeBuffer verdicts, int length) {
    return socket.send(verdicts, length);
  }

  /**
   * Says what happens when the queue is full; in force when this returns. Should the kernel refuse,
   * an error message comes among the packets.
   *
   * @param open whether packets pass then
   * @throws KernelException if the request cannot be sent
   */
  public synchronized void setFailOpen(boolean open) throws KernelException {
    int length = config.flagUnacknowledged(NfqConfig.FLAG_FAIL_OPEN, open, ++sequence);
    int sent = socket.send(request, length);
    demand("set the overflow of", sent < 0 ? -sent : 0);
  }

  /**
   * Sets a queue up anew while packets flow, for an owner that took it over; in force when this
   * returns. Should the kernel refuse something, an error message comes among the packets.
   *
   * @param options how to set it up
   * @throws KernelException if a request cannot be sent
   */
  public synchronized void apply(NfqueueOptions options) throws KernelException {
    slotLength = Math.max(slotLength, options.slotLength()); // what waits was copied as before
    int sent =
        socket.send(request, config.maxLengthUnacknowledged(options.maxPackets(), ++sequence));
    demand("set the length of", sent < 0 ? -sent : 0);
    sent = socket.send(request, config.copyPackets(options.copyRangeBytes(), ++sequence));
    demand("set what is copied of", sent < 0 ? -sent : 0);
    socket.setReceiveBuffer(options.receiveBufferBytes());
    setFailOpen(options.failOpen());
  }

  /**
   * The length a receive slot needs for whatever may wait in this socket.
   *
   * @return bytes
   */
  public synchronized int slotLength() {
    return slotLength;
  }

  /**
   * The kernel's figures for this queue.
   *
   * @return empty if the queue is no longer bound
   */
  public Optional<NfqueueStats> stats() {
    return NfqueueStats.read(NfqueueStats.PROC_FILE, queueNumber);
  }

  /**
   * Lets the descriptor go without giving up the queue; packets wait in the kernel.
   *
   * @return the descriptor, for {@link #adopt}
   */
  public int detach() {
    return socket.detach();
  }

  /** Gives the queue up unless it was detached; idempotent. */
  @Override
  public void close() {
    socket.close();
  }
}
