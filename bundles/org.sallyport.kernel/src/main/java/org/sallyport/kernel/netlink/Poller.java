// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.netlink;

import java.nio.ByteBuffer;
import java.util.List;
import org.sallyport.kernel.internal.LibC;

/**
 * Waits until one of some sockets is readable or another thread wakes the waiting one (ppoll(2)).
 * One {@code struct pollfd} of 8 bytes each: descriptor, wanted events, seen events. Owned by one
 * thread.
 */
public final class Poller {

  /** Result bit: a socket is readable, or in error, which a receive will tell. */
  public static final int READABLE = 1;

  /** Result bit: somebody called {@link Wakeup#wake}. */
  public static final int WOKEN = 2;

  private static final int POLLFD_LENGTH = 8;
  private static final int SEEN_AT = 6;
  private static final short POLLIN = 1;
  private static final int TIMESPEC_LENGTH = 16;

  private final NetlinkSocket[] sockets;
  private final Wakeup wakeup;
  private final int timespecAt;
  private final NativeBuffer memory;

  /**
   * Makes a poller of one socket.
   *
   * @param socket the socket to watch
   * @param wakeup what other threads wake this one by
   */
  public Poller(NetlinkSocket socket, Wakeup wakeup) {
    this(List.of(socket), wakeup);
  }

  /**
   * Makes a poller of several sockets.
   *
   * @param sockets the sockets to watch
   * @param wakeup what other threads wake this one by
   */
  public Poller(List<NetlinkSocket> sockets, Wakeup wakeup) {
    this.sockets = sockets.toArray(NetlinkSocket[]::new);
    this.wakeup = wakeup;
    timespecAt = (this.sockets.length + 1) * POLLFD_LENGTH;
    memory = NativeBuffer.allocate(timespecAt + TIMESPEC_LENGTH);
  }

  /**
   * Waits. Does not allocate.
   *
   * @param timeoutNs how long at most, in nanoseconds; negative for as long as it takes
   * @return {@link #READABLE} and {@link #WOKEN} bits; 0 after the timeout or a signal
   * @throws KernelException if a descriptor cannot be used any more
   */
  public int await(long timeoutNs) throws KernelException {
    ByteBuffer bytes = memory.bytes();
    for (int i = 0; i < sockets.length; i++) {
      watch(i, sockets[i].descriptor());
    }
    watch(sockets.length, wakeup.descriptor());
    bytes.putLong(timespecAt, timeoutNs / 1_000_000_000L);
    bytes.putLong(timespecAt + 8, timeoutNs % 1_000_000_000L);
    long timeout = timeoutNs < 0 ? 0 : memory.address(timespecAt);
    if (LibC.ppoll(memory.address(0), sockets.length + 1, timeout, 0) < 0) {
      int error = LibC.errno();
      if (error == LibC.EINTR) {
        return 0;
      }
      throw new KernelException("cannot wait for a netlink socket", error);
    }
    return seen();
  }

  private void watch(int index, int descriptor) {
    int at = index * POLLFD_LENGTH;
    memory.bytes().putInt(at, descriptor);
    memory.bytes().putShort(at + 4, POLLIN).putShort(at + SEEN_AT, (short) 0);
  }

  private int seen() {
    int result = 0;
    for (int i = 0; i < sockets.length; i++) {
      result |= isSeen(i) ? READABLE : 0;
    }
    if (isSeen(sockets.length)) {
      wakeup.drain();
      result |= WOKEN;
    }
    return result;
  }

  private boolean isSeen(int index) {
    return memory.bytes().getShort(index * POLLFD_LENGTH + SEEN_AT) != 0;
  }
}
