// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The client's standard input, pulled frame by frame. One thread reads, the connection's thread
 * delivers; at most one frame is under way.
 */
final class ClientInput extends InputStream {

  private static final byte[] END = new byte[0];

  private final FrameSender sender;
  private final BlockingQueue<byte[]> delivered = new ArrayBlockingQueue<>(2);
  private byte[] chunk = END;
  private int position;
  private boolean ended;
  private volatile boolean wanted;

  ClientInput(FrameSender sender) {
    this.sender = sender;
  }

  /**
   * Hands over an input frame; never blocks.
   *
   * @throws ProtocolException if none was asked for
   */
  void deliver(byte[] payload) throws ProtocolException {
    if (!wanted) {
      throw new ProtocolException("input came that nobody asked for");
    }
    wanted = false;
    // There is room: one wanted frame and the end mark fit.
    delivered.add(payload);
  }

  /** Wakes the reader with the end of input; never blocks. */
  void end() {
    if (!delivered.offer(END)) {
      // Full means that the reader has not come for what is there yet; it meets the end mark next.
      wanted = false;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position == chunk.length && !pull()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, bytes, offset, count);
    position += count;
    return count;
  }

  @Override
  public synchronized int available() {
    return chunk.length - position;
  }

  private boolean pull() throws IOException {
    if (ended) {
      return false;
    }
    if (delivered.isEmpty() && !wanted) {
      wanted = true;
      sender.send(FrameType.WANT_INPUT);
    }
    try {
      chunk = delivered.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
    position = 0;
    ended = chunk.length == 0;
    return !ended;
  }
}
