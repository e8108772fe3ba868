// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.netlink;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Memory that both Java and the kernel reach, allocated once and used for many calls. Lives as long
 * as this object is reachable.
 */
public final class NativeBuffer {

  private final ByteBuffer bytes;
  private final long address;

  private NativeBuffer(ByteBuffer bytes) {
    this.bytes = bytes;
    this.address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
  }

  /**
   * Allocates zeroed memory.
   *
   * @param byteCount its size, 1 or more
   * @return the memory
   */
  public static NativeBuffer allocate(int byteCount) {
    return new NativeBuffer(ByteBuffer.allocateDirect(byteCount).order(ByteOrder.nativeOrder()));
  }

  /**
   * The bytes, in the host's order; use absolute access only.
   *
   * @return always the same direct buffer
   */
  public ByteBuffer bytes() {
    return bytes;
  }

  /**
   * The size.
   *
   * @return bytes
   */
  public int capacity() {
    return bytes.capacity();
  }

  /**
   * Where the kernel finds a byte.
   *
   * @param offset 0 to {@link #capacity}
   * @return its address
   */
  public long address(int offset) {
    return address + Objects.checkIndex(offset, bytes.capacity() + 1);
  }
}
