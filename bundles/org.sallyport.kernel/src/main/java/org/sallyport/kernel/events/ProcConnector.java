// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import java.io.Closeable;
import java.nio.ByteBuffer;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.BatchReceiver;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.NetlinkSocket;

/**
 * A socket on which the kernel tells of processes (Documentation/driver-api/connector.rst). It
 * answers in the first network namespace only, to who has CAP_NET_ADMIN in the first user and pid
 * namespace. Not thread-safe.
 */
final class ProcConnector implements Closeable {

  /** Of a message, whose bookkeeping in the kernel takes ten times its length. */
  private static final int RECEIVE_BUFFER = 8 << 20;

  private static final int GROUP = 1; // CN_IDX_PROC
  private static final int REQUEST_LENGTH = 40;
  private static final short DONE = 3; // NLMSG_DONE
  private static final int LISTEN = 1;
  private static final int IGNORE = 2;
  private static final int ANSWER_MS = 2000;
  private static final int MOST_BEFORE_ANSWER = 100_000;
  private static final int BATCH = 128;

  private final NetlinkSocket socket;
  private final BatchReceiver receiver;
  private long lostSignals;

  private ProcConnector(NetlinkSocket socket) {
    this.socket = socket;
    receiver = new BatchReceiver(socket, BATCH, EventDecoder.MAX_LENGTH);
  }

  /**
   * Asks the kernel to tell, in the calling thread's network namespace.
   *
   * @return a socket on which it does
   * @throws KernelException if it refuses; {@link LibC#ECONNREFUSED} in another namespace
   */
  static ProcConnector open() throws KernelException {
    NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.CONNECTOR, GROUP);
    try {
      socket.setReceiveBuffer(RECEIVE_BUFFER);
      socket.setReceiveTimeout(ANSWER_MS);
      int number = (int) System.nanoTime();
      int sent = send(socket, LISTEN, number);
      if (sent < 0) {
        throw new KernelException("cannot ask for process events", -sent);
      }
      awaitAnswer(socket, number);
      return new ProcConnector(socket);
    } catch (KernelException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** A nlmsghdr, a cn_msg and an operation (linux/cn_proc.h). */
  private static int send(NetlinkSocket socket, int operation, int number) {
    NativeBuffer request = NativeBuffer.allocate(REQUEST_LENGTH);
    ByteBuffer bytes = request.bytes();
    bytes.putInt(0, REQUEST_LENGTH).putShort(4, DONE);
    bytes.putInt(16, GROUP).putInt(20, 1).putInt(28, number).putShort(32, (short) Integer.BYTES);
    bytes.putInt(36, operation);
    return socket.send(request, REQUEST_LENGTH);
  }

  private static void awaitAnswer(NetlinkSocket socket, int number) throws KernelException {
    NativeBuffer message = NativeBuffer.allocate(EventDecoder.MAX_LENGTH);
    for (int i = 0; i < MOST_BEFORE_ANSWER; i++) {
      int length = socket.receive(message, 0);
      if (length < 0) {
        throw new KernelException("no answer about process events", -length);
      }
      if (EventDecoder.isAnswer(message.bytes(), length, number)) {
        int error = EventDecoder.error(message.bytes());
        if (error != 0) {
          throw new KernelException("the kernel tells no process events", Math.abs(error));
        }
        return;
      }
    }
    throw new KernelException("no answer about process events", LibC.EAGAIN);
  }

  NetlinkSocket socket() {
    return socket;
  }

  /**
   * Decodes what is there, without waiting.
   *
   * @return false if there may be more
   * @throws KernelException if the socket is of no use any more
   */
  boolean read(EventDecoder decoder, EventSink sink) throws KernelException {
    int count = receiver.poll();
    for (int i = 0; i < count; i++) {
      decoder.decode(receiver.slot(i), receiver.isCut(i) ? 0 : receiver.length(i));
    }
    if (receiver.lostSignals() != lostSignals) {
      lostSignals = receiver.lostSignals();
      sink.lost();
      return false; // what came after the loss is still there
    }
    return count < receiver.slots();
  }

  /** Kernels before 6.6 count who listens, and do not notice who went. */
  @Override
  public void close() {
    send(socket, IGNORE, 0);
    socket.close();
  }
}
