// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.sallyport.kernel.netlink.NativeBuffer;

/** Which file a path leads to (statx(2)). Buffers belong to the thread. */
public final class FileStatus {

  private static final int CURRENT_FOLDER = -100; // AT_FDCWD, linux/fcntl.h
  private static final int PATH_BYTES = 4096;

  // struct statx (linux/stat.h)
  private static final int STATX_LENGTH = 256;
  private static final int STATX_INO = 0x100;
  private static final int INODE_AT = 32;
  private static final int MAJOR_AT = 136;
  private static final int MINOR_AT = 140;

  private static final ThreadLocal<NativeBuffer> OWN =
      ThreadLocal.withInitial(() -> NativeBuffer.allocate(STATX_LENGTH + PATH_BYTES));

  private FileStatus() {}

  /**
   * A file's identity.
   *
   * @param device as {@code st_dev} of stat(2)
   * @param inode as {@code st_ino}
   */
  public record FileId(long device, long inode) {}

  /**
   * Which file a path leads to, links followed.
   *
   * @param file its path
   * @return its identity
   * @throws IOException if it leads nowhere
   */
  public static FileId identity(String file) throws IOException {
    NativeBuffer own = OWN.get();
    byte[] name = file.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(name.length, PATH_BYTES - 1); // longer than any the kernel takes
    own.bytes().put(STATX_LENGTH, name, 0, length);
    own.bytes().put(STATX_LENGTH + length, (byte) 0);
    if (LibC.statx(CURRENT_FOLDER, own.address(STATX_LENGTH), 0, STATX_INO, own.address(0)) < 0) {
      throw SystemFiles.failure(file);
    }
    long device = device(own.bytes().getInt(MAJOR_AT), own.bytes().getInt(MINOR_AT));
    return new FileId(device, own.bytes().getLong(INODE_AT));
  }

  /**
   * A device's number, as makedev(3) of the GNU C library puts it together.
   *
   * @param majorBits its major number, unsigned
   * @param minorBits its minor number, unsigned
   * @return as {@code st_dev}
   */
  public static long device(int majorBits, int minorBits) {
    long major = Integer.toUnsignedLong(majorBits);
    long minor = Integer.toUnsignedLong(minorBits);
    return (major & 0xfff) << 8 | (major & ~0xfffL) << 32 | (minor & 0xff) | (minor & ~0xffL) << 12;
  }
}
