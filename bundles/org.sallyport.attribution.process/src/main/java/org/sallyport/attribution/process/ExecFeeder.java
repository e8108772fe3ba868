// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.sallyport.kernel.proc.ExecWatch;
import org.sallyport.kernel.proc.OpenExecutable;
import org.sallyport.kernel.proc.ThreadNice;

/**
 * Has files hashed from the moment they are executed, before they open a connection. Runs only
 * while hashes are asked for, and is a mere head start: nothing rests on it. Programs on other file
 * systems than the root's, and those executed while nobody asked, are hashed at first sight.
 */
final class ExecFeeder implements Closeable {

  private static final int POLL_MS = 200;
  private static final long IDLE_NS = TimeUnit.MINUTES.toNanos(10);

  private final Path folder;
  private final LongSupplier clockNs;
  private final Consumer<OpenExecutable> hasher;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile long askedNs;
  private volatile boolean closed;

  /**
   * Makes a feeder that does nothing yet.
   *
   * @param folder any folder of the file system to watch
   * @param hasher is given each file, and closes it
   */
  ExecFeeder(Path folder, LongSupplier clockNs, Consumer<OpenExecutable> hasher) {
    this.folder = folder;
    this.clockNs = clockNs;
    this.hasher = hasher;
  }

  /** A hash was asked for: watches from now on, if it does not yet. */
  void asked() {
    askedNs = clockNs.getAsLong();
    if (!closed && running.compareAndSet(false, true)) {
      Thread thread = new Thread(this::watch, "sallyport-exec-watch");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void watch() {
    ThreadNice.giveWay();
    try (ExecWatch watch = ExecWatch.open(folder)) {
      while (!closed && clockNs.getAsLong() - askedNs < IDLE_NS) {
        watch.poll(POLL_MS, hasher);
      }
      running.set(false);
    } catch (IOException e) {
      // without the privilege or without fanotify it stays at first sight: never tried again
      closed = true;
    }
  }

  /** Ends the watch within {@value #POLL_MS} ms. */
  @Override
  public void close() {
    closed = true;
  }
}
