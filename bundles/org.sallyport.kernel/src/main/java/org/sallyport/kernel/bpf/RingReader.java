// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.Closeable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.internal.LibC;

/**
 * Reads the records of a ring in the order in which programs began them, without a system call
 * (BPF_MAP_TYPE_RINGBUF, Documentation/bpf/ringbuf.rst; kernel/bpf/ringbuf.c):
 *
 * <pre>
 *  page 0              page 1              page 2 …
 * +-------------------+-------------------+--------------------+--------------------+
 * | consumer position | producer position | data               | the same data again|
 * +-------------------+-------------------+--------------------+--------------------+
 *
 *  a record, at a multiple of 8:
 *  0                         4         8
 * +----+----+---------------+---------+------------------
 * |busy|void| length, 30 bit| page    | data
 * +----+----+---------------+---------+------------------
 * </pre>
 *
 * Since the data is mapped twice, no record is in two parts. Confined to one thread at a time; the
 * memory must not be looked at any more once this is closed.
 */
public final class RingReader implements Closeable {

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;
  private static final int BUSY = 1 << 31;
  private static final int VOID = 1 << 30;
  private static final int HEADER = 8;

  private final int pageBytes = LibC.getpagesize();
  private final int ringBytes;
  private final long consumerAt;
  private final long producerAt;
  private final ByteBuffer consumer;
  private final ByteBuffer producer;
  private final ByteBuffer data;
  private boolean closed;

  /** Takes one record. */
  @FunctionalInterface
  public interface Taker {

    /**
     * Looks at a record.
     *
     * @param memory where it stands; borrowed until this returns, in the host's order
     * @param offset where it begins, a multiple of 8
     * @param length its bytes, as the program gave them
     */
    void take(ByteBuffer memory, int offset, int length);
  }

  /** How a look at the ring ended. */
  public enum End {
    /** Everything there was taken. */
    EMPTY,
    /** A program is writing the next record at this moment; what follows it is there already. */
    BUSY,
    /** As many were taken as were asked for. */
    ENOUGH,
    /** A record of no possible length: nothing can be read from this ring any more. */
    BROKEN
  }

  /**
   * Maps a ring.
   *
   * @param ring a map of {@link MapSpec.Kind#RING}
   * @throws BpfException if the kernel refuses
   */
  public RingReader(BpfMap ring) throws BpfException {
    ringBytes = ring.spec().maxEntries();
    long visible = pageBytes + 2L * ringBytes;
    consumerAt = map(ring, pageBytes, PROT_READ | PROT_WRITE, 0);
    try {
      producerAt = map(ring, visible, PROT_READ, pageBytes);
    } catch (BpfException e) {
      LibC.munmap(consumerAt, pageBytes);
      throw e;
    }
    consumer = BpfCalls.view(consumerAt, pageBytes);
    producer = BpfCalls.view(producerAt, pageBytes);
    data = BpfCalls.view(producerAt + pageBytes, 2L * ringBytes);
  }

  private static long map(BpfMap ring, long length, int protection, long offset)
      throws BpfException {
    long at = LibC.mmap(0, length, protection, MAP_SHARED, ring.descriptor(), offset);
    if (at == -1) {
      throw new BpfException("the ring " + ring.name() + " could not be mapped", LibC.errno());
    }
    return at;
  }

  /**
   * Takes records. The kernel may use the place of one again once this returns.
   *
   * @param most how many at most
   * @param taker is given each; if it throws, the record counts as taken
   * @return why no more were taken
   */
  public End drain(int most, Taker taker) {
    if (closed) {
      return End.EMPTY;
    }
    long position = (long) LONG.getAcquire(consumer, 0);
    for (int i = 0; i < most; i++) {
      if (position == (long) LONG.getAcquire(producer, 0)) {
        return End.EMPTY;
      }
      int at = (int) (position & (ringBytes - 1));
      int header = (int) INT.getAcquire(data, at);
      if ((header & BUSY) != 0) {
        return End.BUSY;
      }
      int length = header & ~(BUSY | VOID);
      if (length > ringBytes - HEADER) {
        return End.BROKEN;
      }
      position += (length + HEADER + 7L) & ~7L;
      try {
        if ((header & VOID) == 0) {
          taker.take(data, at + HEADER, length);
        }
      } finally {
        LONG.setRelease(consumer, 0, position);
      }
    }
    return End.ENOUGH;
  }

  /** How many bytes programs have begun to write since the ring was made; any thread. */
  public long written() {
    return closed ? 0 : (long) LONG.getAcquire(producer, 0);
  }

  /** How many of {@link #written} were taken. */
  public long taken() {
    return closed ? 0 : (long) LONG.getAcquire(consumer, 0);
  }

  /** Whether there is nothing to take, at the price of two reads of memory. */
  public boolean isEmpty() {
    return closed || (long) LONG.getAcquire(producer, 0) == (long) LONG.getAcquire(consumer, 0);
  }

  /** Unmaps the memory; idempotent, by the thread that reads or when none does. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      LibC.munmap(consumerAt, pageBytes);
      LibC.munmap(producerAt, pageBytes + 2L * ringBytes);
    }
  }
}
