// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.netlink;

import java.nio.ByteBuffer;
import org.sallyport.kernel.internal.LibC;

/**
 * Waits until a socket is readable or another thread wakes the waiting one (ppoll(2)). Two {@code
 * struct pollfd} of 8 bytes: descriptor, wanted events, seen events. Owned by one thread.
 */
public final class Poller {

  /** Result bit: the socket is readable, or in error, which a receive will tell. */
  public static final int READABLE = 1;

  /** Result bit: somebody called {@link Wakeup#wake}. */
  public static final int WOKEN = 2;

  private static final int POLLFD_LENGTH = 8;
  private static final short POLLIN = 1;
  private static final int TIMESPEC_AT = 16;

  private final NetlinkSocket socket;
  private final Wakeup wakeup;
  private final NativeBuffer memory = NativeBuffer.allocate(32);

  /**
   * Makes a poller.
   *
   * @param socket the socket to watch
   * @param wakeup what other threads wake this one by
   */
  public Poller(NetlinkSocket socket, Wakeup wakeup) {
    this.socket = socket;
    this.wakeup = wakeup;
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
    bytes.putInt(0, socket.descriptor()).putShort(4, POLLIN).putShort(6, (short) 0);
    bytes.putInt(POLLFD_LENGTH, wakeup.descriptor());
    bytes.putShort(POLLFD_LENGTH + 4, POLLIN).putShort(POLLFD_LENGTH + 6, (short) 0);
    bytes.putLong(TIMESPEC_AT, timeoutNs / 1_000_000_000L);
    bytes.putLong(TIMESPEC_AT + 8, timeoutNs % 1_000_000_000L);
    long timeout = timeoutNs < 0 ? 0 : memory.address(TIMESPEC_AT);
    if (LibC.ppoll(memory.address(0), 2, timeout, 0) < 0) {
      int error = LibC.errno();
      if (error == LibC.EINTR) {
        return 0;
      }
      throw new KernelException("cannot wait for a netlink socket", error);
    }
    int result = bytes.getShort(6) == 0 ? 0 : READABLE;
    if (bytes.getShort(POLLFD_LENGTH + 6) != 0) {
      wakeup.drain();
      result |= WOKEN;
    }
    return result;
  }
}
