// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.netlink;

import java.io.Closeable;
import org.sallyport.kernel.internal.LibC;

/**
 * Wakes a thread that waits in a {@link Poller} (eventfd(2)). Any thread may call {@link #wake}; a
 * wake that comes while nobody waits is kept until it is drained.
 */
public final class Wakeup implements Closeable {

  private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

  private final NativeBuffer one = NativeBuffer.allocate(Long.BYTES);
  private final NativeBuffer drained = NativeBuffer.allocate(Long.BYTES);
  private int descriptor;

  /**
   * Opens the event descriptor.
   *
   * @throws KernelException if the kernel refuses
   */
  public Wakeup() throws KernelException {
    one.bytes().putLong(0, 1);
    descriptor = LibC.eventfd(0, EFD_CLOEXEC_NONBLOCK);
    if (descriptor < 0) {
      throw KernelException.ofLastCall("cannot open an event descriptor");
    }
  }

  /** Wakes the waiting thread, or the next one to wait; does nothing once closed. */
  public synchronized void wake() {
    if (descriptor >= 0) {
      LibC.write(descriptor, one.address(0), Long.BYTES);
    }
  }

  /** Takes back all wakes so far. */
  synchronized void drain() {
    if (descriptor >= 0) {
      LibC.read(descriptor, drained.address(0), Long.BYTES);
    }
  }

  synchronized int descriptor() {
    return descriptor;
  }

  /** Closes the descriptor; idempotent. The waiting thread must have been stopped before. */
  @Override
  public synchronized void close() {
    if (descriptor >= 0) {
      LibC.close(descriptor);
      descriptor = -1;
    }
  }
}
