// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.io.OutputStream;

/** What is written becomes frames at once. */
final class FrameOutputStream extends OutputStream {

  private static final int CHUNK = 16 * 1024;

  private final FrameSender sender;
  private final FrameType type;

  FrameOutputStream(FrameSender sender, FrameType type) {
    this.sender = sender;
    this.type = type;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; done += CHUNK) {
      sender.send(type, bytes, offset + done, Math.min(CHUNK, length - done));
    }
  }
}
