// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.Closeable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.internal.LibC;

/** Counters that programs move, read without a system call. Any thread, until it is closed. */
public final class MappedCounters implements Closeable {

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int PROT_READ = 1;
  private static final int MAP_SHARED = 1;

  private final int count;
  private final long length;
  private final long address;
  private final ByteBuffer memory;
  private boolean closed;

  /**
   * Maps counters.
   *
   * @param map a map of {@link MapSpec.Kind#COUNTERS}
   * @throws BpfException if the kernel refuses
   */
  public MappedCounters(BpfMap map) throws BpfException {
    int page = LibC.getpagesize();
    count = map.spec().maxEntries();
    length = ((long) count * Long.BYTES + page - 1) / page * page;
    address = LibC.mmap(0, length, PROT_READ, MAP_SHARED, map.descriptor(), 0);
    if (address == -1) {
      throw new BpfException("the counters " + map.name() + " could not be mapped", LibC.errno());
    }
    memory = BpfCalls.view(address, length);
  }

  /**
   * Reads a counter.
   *
   * @param index its number, from 0
   * @return its value now; 0 once this is closed
   */
  public synchronized long get(int index) {
    Objects.checkIndex(index, count);
    return closed ? 0 : (long) LONG.getAcquire(memory, index * Long.BYTES);
  }

  /** Unmaps the memory; idempotent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      LibC.munmap(address, length);
    }
  }
}
