// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sallyport.kernel.internal.LibC;

/**
 * Receives many datagrams by one call (recvmmsg(2)) into memory allocated once. {@code struct
 * mmsghdr} on 64-bit hosts:
 *
 * <pre>
 *    0 name   8 name length   16 iovec   24 iovec count   32 control   40 control length
 *   48 flags                 56 received length           64 next entry
 * </pre>
 *
 * <p>Owned by one thread.
 */
public final class BatchReceiver {

  private static final int MMSGHDR_LENGTH = 64;
  private static final int IOVEC_LENGTH = 16;
  private static final int IOV_AT = 16;
  private static final int IOV_COUNT_AT = 24;
  private static final int FLAGS_AT = 48;
  private static final int RECEIVED_AT = 56;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_WAITFORONE = 0x10000;

  private final NetlinkSocket socket;
  private final int slots;
  private final int slotLength;
  private final NativeBuffer headers;
  private final NativeBuffer data;
  private final ByteBuffer[] views;
  private long lostSignals;
  private long interrupted;

  /**
   * Allocates the slots.
   *
   * @param socket where to receive from
   * @param slots how many datagrams at most per call, 1 to 1024
   * @param slotLength bytes per slot; for a queue the copy range and some 250 more
   */
  public BatchReceiver(NetlinkSocket socket, int slots, int slotLength) {
    this.socket = socket;
    this.slots = slots;
    this.slotLength = slotLength;
    this.headers = NativeBuffer.allocate(slots * (MMSGHDR_LENGTH + IOVEC_LENGTH));
    this.data = NativeBuffer.allocate(Math.multiplyExact(slots, slotLength));
    this.views = new ByteBuffer[slots];
    for (int i = 0; i < slots; i++) {
      prepare(i);
    }
  }

  private void prepare(int slot) {
    int iovec = slots * MMSGHDR_LENGTH + slot * IOVEC_LENGTH;
    ByteBuffer bytes = headers.bytes();
    bytes.putLong(slot * MMSGHDR_LENGTH + IOV_AT, headers.address(iovec));
    bytes.putLong(slot * MMSGHDR_LENGTH + IOV_COUNT_AT, 1);
    bytes.putLong(iovec, data.address(slot * slotLength)).putLong(iovec + 8, slotLength);
    views[slot] = data.bytes().slice(slot * slotLength, slotLength).order(ByteOrder.nativeOrder());
  }

  /**
   * Receives what is there, without waiting.
   *
   * @return how many slots are filled; 0 if nothing was there, a signal came or messages were lost
   * @throws KernelException if the socket cannot be used any more
   */
  public int poll() throws KernelException {
    return receive(NetlinkSocket.DO_NOT_WAIT);
  }

  /**
   * Waits for one datagram, at most for the socket's receive timeout, then takes what else is
   * there.
   *
   * @return as {@link #poll}
   * @throws KernelException if the socket cannot be used any more
   */
  public int await() throws KernelException {
    return receive(MSG_WAITFORONE);
  }

  private int receive(int flags) throws KernelException {
    int descriptor = socket.descriptor();
    int count =
        descriptor < 0 ? -1 : LibC.recvmmsg(descriptor, headers.address(0), slots, flags, 0);
    if (count >= 0) {
      return count;
    }
    int error = descriptor < 0 ? LibC.EBADF : LibC.errno();
    switch (error) {
      case LibC.EAGAIN -> {
        return 0;
      }
      case LibC.EINTR -> {
        interrupted++;
        return 0;
      }
      case LibC.ENOBUFS -> {
        lostSignals++;
        return 0;
      }
      default -> throw new KernelException("cannot receive from a netlink socket", error);
    }
  }

  /**
   * How many slots there are.
   *
   * @return the number given at the start
   */
  public int slots() {
    return slots;
  }

  /**
   * A slot's memory; always the same object, its contents last until the next receive.
   *
   * @param index 0 to {@link #slots} - 1
   * @return the slot in the host's byte order; use absolute access only
   */
  public ByteBuffer slot(int index) {
    return views[index];
  }

  /**
   * How many bytes a slot received.
   *
   * @param index below what the last receive returned
   * @return bytes, at most the slot's length
   */
  public int length(int index) {
    return Math.min(headers.bytes().getInt(index * MMSGHDR_LENGTH + RECEIVED_AT), slotLength);
  }

  /**
   * Whether a slot's datagram was longer than the slot and lost its end.
   *
   * @param index below what the last receive returned
   * @return true if it was cut
   */
  public boolean isCut(int index) {
    return (headers.bytes().getInt(index * MMSGHDR_LENGTH + FLAGS_AT) & MSG_TRUNC) != 0;
  }

  /**
   * How often the kernel reported that messages were lost on their way here (ENOBUFS).
   *
   * @return a count since the start
   */
  public long lostSignals() {
    return lostSignals;
  }

  /**
   * How often a signal cut a receive short.
   *
   * @return a count since the start
   */
  public long interrupted() {
    return interrupted;
  }
}
