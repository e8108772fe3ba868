// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Writes frames on a thread of its own. The detour is needed because an interrupt closes the
 * channel that the interrupted thread writes to, and Ctrl-C in the console interrupts commands. The
 * queue is bounded: a command waits for a slow client.
 */
final class FrameSender implements Runnable {

  private static final int QUEUED_FRAMES = 32;

  /** No frame is empty, so this ends the queue. */
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final WritableByteChannel channel;
  private final BlockingQueue<ByteBuffer> queue = new ArrayBlockingQueue<>(QUEUED_FRAMES);
  private volatile boolean ending;
  private volatile boolean closed;

  FrameSender(WritableByteChannel channel) {
    this.channel = channel;
  }

  /**
   * Queues one frame; waits for room; any thread.
   *
   * @throws IOException if the connection is gone, or the caller was interrupted
   */
  void send(FrameType type, byte[] bytes, int offset, int length) throws IOException {
    enqueue(encode(type, bytes, offset, length));
  }

  /** Queues a frame without payload. */
  void send(FrameType type) throws IOException {
    enqueue(encode(type, new byte[0], 0, 0));
  }

  /** Queues the status as the last frame; then the connection ends, whoever else still sends. */
  void exit(int status) throws IOException {
    enqueue(encode(FrameType.EXIT, new byte[] {(byte) status}, 0, 1));
  }

  /**
   * Ends the connection once what is queued is written, also without a status: the client went, or
   * nobody is left to send one. Never blocks; any thread; idempotent.
   */
  void end() {
    ending = true;
    // Full means that the writer is busy, and looks at the flag when it has emptied the queue.
    boolean unused = queue.offer(END);
  }

  /** One frame as bytes, ready to be written. */
  static ByteBuffer encode(FrameType type, byte[] bytes, int offset, int length) {
    if (length > type.maxLength()) {
      throw new IllegalArgumentException(type + " has at most " + type.maxLength() + " bytes");
    }
    return ByteBuffer.allocate(5 + length)
        .put((byte) type.code())
        .putInt(length)
        .put(bytes, offset, length)
        .flip();
  }

  private void enqueue(ByteBuffer frame) throws IOException {
    try {
      while (!queue.offer(frame, 100, TimeUnit.MILLISECONDS)) {
        if (closed) {
          throw new ClosedChannelException();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  /** Writes until the status or the end mark, then closes the channel. */
  @Override
  public void run() {
    try (channel) {
      boolean more = true;
      while (more) {
        more = write(queue.take()) && !(ending && queue.isEmpty());
      }
    } catch (IOException e) {
      // The client is gone; whoever still writes learns it from the flag.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      queue.clear();
    }
  }

  /** Writes one frame; false after the last one. */
  private boolean write(ByteBuffer frame) throws IOException {
    boolean last = !frame.hasRemaining() || frame.get(0) == FrameType.EXIT.code();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
    return !last;
  }
}
