// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.sallyport.api.subject.Executable;
import org.sallyport.kernel.bpf.RingReader;

/**
 * What was executed lately. A process is joined with its execution by the address of the opened
 * file that both name: children share it, and hard links stay apart. The kernel uses such an
 * address again for other files, so the newest execution counts that came before the process was
 * noted, and the file must be the same one. Bounded: the eldest goes. Thread-safe.
 */
final class ExecTable implements AutoCloseable {

  private static final int MOST = 1 << 14;
  private static final int MOST_AT_ONCE = 1 << 16;

  /** Processors put what they execute into the ring in another order than it happens. */
  private static final long OUT_OF_ORDER_NS = 1_000_000_000L;

  private final RingReader ring;
  private final long hostNamespace;
  private final Devices devices = new Devices();
  private final Map<Long, ExecFile> newest = new HashMap<>();
  private final Deque<ExecFile> order = new ArrayDeque<>();
  private final LongSupplier losses;
  private long lossesBefore;
  private boolean closed;

  /**
   * Begins with an empty table.
   *
   * @param ring what the program at the tracepoint writes; read by nobody else
   * @param hostNamespace the inode number of the first process's mount namespace
   * @param losses how many executions found no room in the ring
   */
  ExecTable(RingReader ring, long hostNamespace, LongSupplier losses) {
    this.ring = ring;
    this.hostNamespace = hostNamespace;
    this.losses = losses;
    lossesBefore = losses.getAsLong();
  }

  /**
   * The file that the sender of a packet runs.
   *
   * @param who who sent it, see {@link Layout}
   * @return the file with its path at the time of execution; empty if its execution was not seen,
   *     was forgotten, or cannot be compared with what rules name
   */
  synchronized Optional<Executable> find(ByteBuffer who) {
    drain();
    return execution(who)
        .filter(file -> file.path().isPresent() && devices.isPlain(file))
        .map(
            file ->
                new Executable(
                    file.path().orElseThrow(), file.identity, isOfHost(file), file.deleted));
  }

  /**
   * What the sender of a packet was started for. Another execution of the same file may lie at the
   * same address: where one was lost since, nobody can tell which one it was.
   *
   * @param who who sent it, see {@link Layout}
   * @return the name that was asked for, an empty text if it was the file that runs; empty if that
   *     was not told
   */
  synchronized Optional<String> script(ByteBuffer who) {
    Optional<ExecFile> file = execution(who);
    long lost = losses.getAsLong();
    return file.filter(f -> f.losses == lost).flatMap(ExecFile::script);
  }

  private boolean isOfHost(ExecFile file) {
    return file.namespace == (int) hostNamespace;
  }

  /** The execution itself, for whoever tries whether the kernel tells it rightly. */
  synchronized Optional<ExecFile> execution(ByteBuffer who) {
    drain();
    long written = who.getLong(Layout.WHO_WRITTEN);
    ExecFile file = newest.get(who.getLong(Layout.WHO_FILE));
    while (file != null && file.timeNs - written > 0) {
      file = file.before;
    }
    boolean same =
        file != null
            && file.isOf(
                who.getInt(Layout.WHO_DEVICE),
                who.getLong(Layout.WHO_INODE),
                who.getInt(Layout.WHO_GENERATION));
    return same ? Optional.of(file) : Optional.empty();
  }

  /** The last executions of a path, for the self-test. */
  synchronized Optional<ExecFile> lastOf(String path) {
    drain();
    return order.stream().filter(f -> f.path().filter(path::equals).isPresent()).findFirst();
  }

  /**
   * Whether a process executed something; true too where that was forgotten.
   *
   * @param pid the process
   * @param bootNs since when, ns since boot
   */
  synchronized boolean hasExecutedSince(int pid, long bootNs) {
    drain();
    Iterator<ExecFile> latest = order.descendingIterator();
    while (latest.hasNext()) {
      ExecFile file = latest.next();
      if (file.timeNs - bootNs < -OUT_OF_ORDER_NS) {
        return false;
      }
      if (file.process == pid && file.timeNs - bootNs > 0) {
        return true;
      }
    }
    return order.size() >= MOST;
  }

  /** Reads what was executed meanwhile; to be called some times a second. */
  synchronized void drain() {
    if (!closed) {
      long lost = losses.getAsLong();
      ring.drain(MOST_AT_ONCE, this::takeIn);
      lossesBefore = lost;
    }
  }

  private void takeIn(ByteBuffer memory, int at, int length) {
    ExecFile.read(memory, at, length).ifPresent(this::add);
  }

  private void add(ExecFile file) {
    if (isOfHost(file)) {
      devices.meet(file);
    }
    if (order.size() >= MOST) {
      ExecFile eldest = order.removeFirst();
      newest.remove(eldest.file, eldest);
      eldest.before = null;
    }
    file.losses = lossesBefore;
    file.before = newest.put(file.file, file);
    order.addLast(file);
  }

  /** The ring is not read after this returns. */
  @Override
  public synchronized void close() {
    closed = true;
    devices.close();
  }
}
