// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.internal.SystemFiles;
import org.sallyport.kernel.netlink.KernelException;

/**
 * Opens the connector in the first network namespace, wherever this process is. That namespace has
 * no name and no number that is the same on all kernels, and the first process may be closed to
 * everybody: so each namespace that a process runs in is tried, the oldest processes first, until
 * one answers. A thread of its own goes there and ends; the socket stays where it was made.
 */
final class FirstNetwork {

  private static final int CLONE_NEWNET = 0x4000_0000;

  /** A namespace costs a thread; the first one is among those of the oldest processes. */
  private static final int MOST_TRIES = 8;

  private FirstNetwork() {}

  /**
   * Opens it.
   *
   * @param proc where the kernel shows processes
   * @return the connector
   * @throws IOException if it cannot be had, with the reason
   */
  static ProcConnector connector(Path proc) throws IOException {
    try {
      return ProcConnector.open();
    } catch (KernelException e) {
      if (e.errorNumber() != LibC.ECONNREFUSED) {
        throw e;
      }
    }
    Set<String> tried = new LinkedHashSet<>(Set.of(nameOf(proc.resolve("thread-self"))));
    int[] processes = SystemFiles.numbers(proc.toString());
    Arrays.sort(processes);
    for (int pid : processes) {
      Path process = proc.resolve(Integer.toString(pid));
      String name = nameOf(process);
      if (!name.isEmpty() && tried.size() <= MOST_TRIES && tried.add(name)) {
        Optional<ProcConnector> there = in(process.resolve("ns/net"));
        if (there.isPresent()) {
          return there.get();
        }
      }
    }
    throw new IOException("no process of the first network namespace can be looked at");
  }

  private static String nameOf(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/net")).toString();
    } catch (IOException e) {
      return ""; // gone, or not for us
    }
  }

  private static Optional<ProcConnector> in(Path namespace) throws IOException {
    AtomicReference<ProcConnector> opened = new AtomicReference<>();
    Thread visitor =
        new Thread(() -> opened.set(visit(namespace)), "sallyport-process-events-open");
    visitor.setDaemon(true);
    visitor.start();
    try {
      visitor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return Optional.ofNullable(opened.get());
  }

  private static ProcConnector visit(Path namespace) {
    int descriptor = -1;
    try {
      descriptor = SystemFiles.openForReading(namespace.toString());
      return LibC.setns(descriptor, CLONE_NEWNET) == 0 ? ProcConnector.open() : null;
    } catch (IOException e) {
      return null;
    } finally {
      if (descriptor >= 0) {
        LibC.close(descriptor);
      }
    }
  }
}
