// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/**
 * Reads frames from a hostile peer: a length is checked against its type before anything is
 * allocated, and never more than one frame is held. Confined to one thread.
 */
final class FrameReader {

  private static final int HEADER_LENGTH = 5;

  private final ReadableByteChannel channel;

  FrameReader(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /**
   * The next frame; blocks.
   *
   * @return empty if the peer ended between two frames
   * @throws ProtocolException if what came is no frame
   * @throws IOException if the channel failed or was closed
   */
  Optional<Frame> read() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
    if (!fill(header)) {
      if (header.position() == 0) {
        return Optional.empty();
      }
      throw new ProtocolException("the connection ended within a frame");
    }
    header.flip();
    int code = header.get() & 0xff;
    long length = header.getInt() & 0xffff_ffffL;
    FrameType type =
        FrameType.of(code)
            .orElseThrow(() -> new ProtocolException("there is no frame of type " + code));
    if (length > type.maxLength()) {
      throw new ProtocolException(
          "a frame " + type + " has at most " + type.maxLength() + " bytes, not " + length);
    }
    ByteBuffer payload = ByteBuffer.allocate((int) length);
    if (!fill(payload)) {
      throw new ProtocolException("the connection ended within a frame");
    }
    return Optional.of(new Frame(type, payload.array()));
  }

  private boolean fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }
}
