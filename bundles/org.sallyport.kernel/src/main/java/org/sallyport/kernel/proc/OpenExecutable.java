// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sallyport.kernel.internal.FileStatus;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.internal.SystemFiles;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * The file a process runs, opened: whatever becomes of the process and of the file's name, this is
 * what was run. One thread at a time.
 */
public final class OpenExecutable implements Closeable {

  // _IOR('v', 1, long) of linux/fs.h; file systems store an int all the same
  private static final long FS_IOC_GETVERSION = 0x8008_7601L;

  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int SEEK_SET = 0;

  // struct statx (linux/stat.h)
  private static final int STATX_LENGTH = 256;
  private static final int ASKED = 0x80 | 0x100 | 0x200; // ctime, ino, size
  private static final int SIZE_AT = 40;
  private static final int INODE_AT = 32;
  private static final int CTIME_AT = 96;
  private static final int CTIME_NS_AT = 104;
  private static final int MAJOR_AT = 136;
  private static final int MINOR_AT = 140;

  private static final ThreadLocal<NativeBuffer> RESULT =
      ThreadLocal.withInitial(() -> NativeBuffer.allocate(STATX_LENGTH));

  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OpenExecutable(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Opens {@code /proc/PID/exe}.
   *
   * @param link its path
   * @return the file
   * @throws IOException if the process is gone, runs no file, or the file cannot be read
   */
  static OpenExecutable open(String link) throws IOException {
    return new OpenExecutable(SystemFiles.openForReading(link));
  }

  /**
   * Opens {@code /proc/PID/exe}, for its state alone where it may not be read: a file system may
   * let its users run what it does not let root read. No generation is told then.
   */
  static OpenExecutable openForState(String link) throws IOException {
    try {
      return open(link);
    } catch (NoSuchFileException e) {
      throw e; // gone, or a kernel thread
    } catch (IOException e) {
      return new OpenExecutable(SystemFiles.openForQuestions(link));
    }
  }

  /** Takes over a descriptor. */
  static OpenExecutable adopt(int descriptor) {
    return new OpenExecutable(descriptor);
  }

  /**
   * The file's state now.
   *
   * @return its identity, size and change time
   * @throws IOException if the kernel does not tell all of them
   */
  public FileState state() throws IOException {
    NativeBuffer result = RESULT.get();
    long buffer = result.address(0);
    result.bytes().put(STATX_LENGTH - 1, (byte) 0);
    // the path is empty: the descriptor itself is meant
    int error = LibC.statx(open(), result.address(STATX_LENGTH - 1), AT_EMPTY_PATH, ASKED, buffer);
    if (error < 0 || (result.bytes().getInt(0) & ASKED) != ASKED) {
      throw new KernelException("statx", error < 0 ? LibC.errno() : LibC.EBADMSG);
    }
    ByteBuffer told = result.bytes();
    long seconds = told.getLong(CTIME_AT);
    int nanos = told.getInt(CTIME_NS_AT);
    long device = FileStatus.device(told.getInt(MAJOR_AT), told.getInt(MINOR_AT));
    long inode = told.getLong(INODE_AT);
    long size = told.getLong(SIZE_AT);
    return new FileState(device, inode, generation(result), size, seconds * 1_000_000_000L + nanos);
  }

  private long generation(NativeBuffer result) throws IOException {
    result.bytes().putLong(0, 0);
    return LibC.ioctl(open(), FS_IOC_GETVERSION, result.address(0)) < 0
        ? FileState.NO_GENERATION
        : Integer.toUnsignedLong(result.bytes().order(ByteOrder.nativeOrder()).getInt(0));
  }

  /**
   * Reads on.
   *
   * @param into filled from 0
   * @return how many bytes were read, 0 at the end of the file
   * @throws IOException if the kernel refuses
   */
  public int read(NativeBuffer into) throws IOException {
    long count;
    do {
      count = LibC.read(open(), into.address(0), into.capacity());
    } while (count < 0 && LibC.errno() == LibC.EINTR);
    if (count < 0) {
      throw new KernelException("read", LibC.errno());
    }
    return (int) count;
  }

  /**
   * Goes back to the start of the file.
   *
   * @throws IOException if the kernel refuses
   */
  public void rewind() throws IOException {
    if (LibC.lseek(open(), 0, SEEK_SET) < 0) {
      throw new KernelException("lseek", LibC.errno());
    }
  }

  private int open() throws IOException {
    if (closed.get()) {
      throw new KernelException("the file is closed", LibC.EBADF);
    }
    return descriptor;
  }

  /** Closes the file; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      LibC.close(descriptor);
    }
  }
}
