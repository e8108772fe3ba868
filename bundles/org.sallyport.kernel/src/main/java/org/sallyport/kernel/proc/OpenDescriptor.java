// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import com.sun.jna.Native;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;

/** A descriptor that the process was started with, which Java has no stream for. */
public final class OpenDescriptor {

  private OpenDescriptor() {}

  /**
   * Writes to it, whatever it is: a file, a pipe or a socket. Blocks as long as that does.
   *
   * @param descriptor its number, 0 or more
   * @param text the bytes; all of them are written
   * @throws KernelException if the kernel refuses, for example because nobody reads
   */
  public static void write(int descriptor, byte[] text) throws KernelException {
    NativeBuffer buffer = NativeBuffer.allocate(Math.max(1, text.length));
    buffer.bytes().put(0, text);
    int done = 0;
    while (done < text.length) {
      long count = LibC.write(descriptor, buffer.address(done), text.length - done);
      if (count < 0) {
        throw new KernelException("write to descriptor " + descriptor, Native.getLastError());
      }
      done += (int) count;
    }
  }
}
