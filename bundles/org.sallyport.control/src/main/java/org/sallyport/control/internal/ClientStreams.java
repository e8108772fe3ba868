// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The client's standard streams, as the command sees them.
 *
 * @param in input, pulled from the client when read
 * @param out output, sent line by line
 * @param err errors, sent line by line
 */
record ClientStreams(InputStream in, PrintStream out, PrintStream err) {

  /** Streams over a connection. */
  static ClientStreams over(ClientInput in, FrameSender sender) {
    return new ClientStreams(in, print(sender, FrameType.OUTPUT), print(sender, FrameType.ERROR));
  }

  private static PrintStream print(FrameSender sender, FrameType type) {
    OutputStream frames = new BufferedOutputStream(new FrameOutputStream(sender, type));
    return new PrintStream(frames, true, StandardCharsets.UTF_8);
  }

  /** Sends what is buffered. */
  void flush() {
    out.flush();
    err.flush();
  }
}
