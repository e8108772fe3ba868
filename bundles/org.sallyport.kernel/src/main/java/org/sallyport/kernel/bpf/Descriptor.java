// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.Closeable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sallyport.kernel.internal.LibC;

/** A descriptor of this process, closed once. Thread-safe. */
final class Descriptor implements Closeable {

  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  Descriptor(int number) {
    this.number = number;
  }

  /** The number; a closed one must not be used, since its number may name another thing by now. */
  int number() {
    if (closed.get()) {
      throw new IllegalStateException("it is closed");
    }
    return number;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      LibC.close(number);
    }
  }
}
