// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * Tells which files of one file system are executed, each as an open descriptor (fanotify(7),
 * {@code FAN_OPEN_EXEC}): interpreters and the dynamic loader too. It only tells, it holds nobody
 * up; what it misses under a flood is lost. Confined to one thread, but for {@link #close}.
 */
public final class ExecWatch implements Closeable {

  // linux/fanotify.h
  private static final int FAN_CLOEXEC = 1;
  private static final int FAN_NONBLOCK = 2;
  private static final int FAN_MARK_ADD = 1;
  private static final int FAN_MARK_FILESYSTEM = 0x100;
  private static final long FAN_OPEN_EXEC = 0x1000;
  private static final int VERSION = 3;

  // struct fanotify_event_metadata
  private static final int METADATA_LENGTH = 24;
  private static final int VERSION_AT = 4;
  private static final int DESCRIPTOR_AT = 16;

  private static final int O_CLOEXEC = 0x8_0000;
  private static final int CURRENT_FOLDER = -100;
  private static final short POLLIN = 1;
  private static final int EVENTS = 64;

  private final int descriptor;
  private final NativeBuffer events = NativeBuffer.allocate(EVENTS * METADATA_LENGTH);
  private final NativeBuffer wait = NativeBuffer.allocate(Long.BYTES + 2 * Long.BYTES);
  private final AtomicBoolean closed = new AtomicBoolean();

  private ExecWatch(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Begins to watch.
   *
   * @param folder any folder of the file system
   * @return the watch
   * @throws KernelException if the kernel refuses, for lack of privilege or of fanotify
   */
  public static ExecWatch open(Path folder) throws KernelException {
    int descriptor = LibC.fanotify_init(FAN_CLOEXEC | FAN_NONBLOCK, O_CLOEXEC);
    if (descriptor < 0) {
      throw new KernelException("fanotify_init", LibC.errno());
    }
    byte[] name = folder.toString().getBytes(StandardCharsets.UTF_8);
    NativeBuffer path = NativeBuffer.allocate(name.length + 1);
    path.bytes().put(0, name);
    int flags = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
    if (LibC.fanotify_mark(descriptor, flags, FAN_OPEN_EXEC, CURRENT_FOLDER, path.address(0)) < 0) {
      int error = LibC.errno();
      LibC.close(descriptor);
      throw new KernelException("fanotify_mark", error);
    }
    return new ExecWatch(descriptor);
  }

  /**
   * Waits for executions and hands them over.
   *
   * @param timeoutMs how long to wait, 0 or more
   * @param consumer is given each file, and closes it
   * @return how many there were
   * @throws KernelException if the watch came to an end
   */
  public int poll(int timeoutMs, Consumer<OpenExecutable> consumer) throws KernelException {
    if (closed.get()) {
      throw new KernelException("the watch is closed", LibC.EBADF);
    }
    wait.bytes().putInt(0, descriptor).putShort(4, POLLIN).putShort(6, (short) 0);
    wait.bytes().putLong(8, timeoutMs / 1000).putLong(16, timeoutMs % 1000 * 1_000_000L);
    LibC.ppoll(wait.address(0), 1, wait.address(8), 0);
    long length = LibC.read(descriptor, events.address(0), events.capacity());
    if (length < 0) {
      int error = LibC.errno();
      if (error == LibC.EAGAIN || error == LibC.EINTR) {
        return 0;
      }
      throw new KernelException("read from fanotify", error);
    }
    return hand((int) length, consumer);
  }

  private int hand(int length, Consumer<OpenExecutable> consumer) throws KernelException {
    ByteBuffer told = events.bytes();
    int count = 0;
    int at = 0;
    while (at + METADATA_LENGTH <= length) {
      int eventLength = told.getInt(at);
      if (told.get(at + VERSION_AT) != VERSION || eventLength < METADATA_LENGTH) {
        throw new KernelException("read from fanotify", LibC.EBADMSG);
      }
      int opened = told.getInt(at + DESCRIPTOR_AT);
      if (opened >= 0) { // none: events were lost
        consumer.accept(OpenExecutable.adopt(opened));
        count++;
      }
      at += eventLength;
    }
    return count;
  }

  /** Ends the watch, from any thread that knows nobody polls; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      LibC.close(descriptor);
    }
  }
}
