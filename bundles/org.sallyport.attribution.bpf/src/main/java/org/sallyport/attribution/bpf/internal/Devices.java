// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Which file systems tell stat(2) the same device as the kernel has for them. btrfs, for one, does
 * not: what runs there must be looked at through {@code /proc}, so that it can be compared with the
 * files rules name. A thread of its own looks: a file server that does not answer holds up nothing
 * but what else would be learned. Thread-safe.
 */
final class Devices implements Closeable {

  private static final int MOST = 1024;
  private static final int MOST_WAITING = 64;
  private static final long IDLE_S = 10;

  private final Map<Integer, Boolean> plain = new HashMap<>();
  private final Set<Integer> underWay = new HashSet<>();
  private final ThreadPoolExecutor looks =
      new ThreadPoolExecutor(
          1, 1, IDLE_S, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), Devices::thread);

  Devices() {
    looks.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sallyport-bpf-devices");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Whether a file's device is known to be the same by both. Never blocks.
   *
   * @param file the file
   */
  synchronized boolean isPlain(ExecFile file) {
    return plain.getOrDefault(file.kernelDevice, false);
  }

  /**
   * Has a device looked at that is not known yet, by a file that was executed from there.
   *
   * @param file the file; its path must be one of the host's: any other leads elsewhere here
   */
  synchronized void meet(ExecFile file) {
    int device = file.kernelDevice;
    if (plain.containsKey(device)
        || underWay.contains(device)
        || file.path().isEmpty()
        || file.deleted) {
      return;
    }
    try {
      looks.execute(() -> look(file));
      underWay.add(device);
    } catch (RejectedExecutionException e) {
      return; // the next file from there may find room
    }
  }

  private void look(ExecFile file) {
    boolean stands = attribute(file, "unix:ino") == file.identity.inode();
    boolean same = stands && attribute(file, "unix:dev") == file.identity.device();
    synchronized (this) {
      underWay.remove(file.kernelDevice);
      if (stands) {
        if (plain.size() >= MOST) {
          plain.clear();
        }
        plain.put(file.kernelDevice, same);
      } // else the next file may tell
    }
  }

  private static long attribute(ExecFile file, String name) {
    try {
      return ((Number) Files.getAttribute(Path.of(file.path().orElseThrow()), name)).longValue();
    } catch (IOException | InvalidPathException e) {
      return -1;
    }
  }

  /** Looks no more; what is known stays. */
  @Override
  public void close() {
    looks.shutdownNow();
  }
}
